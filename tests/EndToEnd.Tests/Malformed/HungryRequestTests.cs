using EndToEnd.Tests.Metrics;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Malformed;

/// <summary>Requests of a few bytes whose answers no array, or no memory, can hold: they are refused, and nobody else notices.</summary>
public sealed class HungryRequestTests : IDisposable
{
    private const int Callers = 4;

    private readonly TemporaryRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Theory]
    // 2.4 GB: the runtime makes them, an answer cannot carry them.
    [InlineData(600_000_000)]
    [InlineData(1L << 40)]
    [InlineData(-1)]
    public async Task A_request_whose_answer_cannot_be_made_is_refused_and_nothing_of_it_stays(long count)
    {
        _repository.AddModel("zeros", OnnxModels.Zeros());
        _repository.AddModel("identity", OnnxModels.Identity(DataType.Float));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
        var hungry = InferMessages.Raw("zeros", TensorValue.Of("count", "INT64", [1], count));
        var refusals = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => appliance.RefusalAsync(hungry)));
        Assert.All(refusals, r => Assert.Equal(StatusCode.Internal, r.StatusCode));

        var modest = await appliance.OutputsAsync(InferMessages.Raw("zeros", TensorValue.Of("count", "INT64", [1], 5L)));
        Assert.Equal(new float[5], Assert.Single(modest).As<float>());
        var row = TensorValue.OfFloats(OnnxModels.Input, [1, 3], 1, 2, 3);
        Assert.Equal(row.Raw, Assert.Single(await appliance.OutputsAsync(InferMessages.Raw("identity", row))).Raw);
        var page = await MetricsPage.ReadAsync(appliance);
        Assert.Equal(0, page.Value("appliance_requests_inside"));
    }
}
