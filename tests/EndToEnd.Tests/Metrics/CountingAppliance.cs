using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Metrics;

/// <summary>A process after traffic that is known to the request: nobody else calls it.</summary>
public sealed class CountingAppliance : IAsyncLifetime
{
    public const string Model = "scale";
    public const int Singles = 20, Triples = 5, Misfits = 2;

    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is not null) return _appliance;
        ApplianceBinary.PathOrSkip();
        _repository.AddModel(Model, OnnxModels.Scale(2));
        _repository.AddModel("broken", [1, 2, 3]);
        _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path, Flags = ["--strict-readiness", "false"] });
        for (var i = 0; i < Singles; i++) await _appliance.FactorAsync(Model);
        var triple = InferMessages.Raw(Model, TensorValue.OfFloats(OnnxModels.Input, [3, 4], new float[12]));
        for (var i = 0; i < Triples; i++) await _appliance.InferAsync(triple);
        var misfit = InferMessages.Raw(Model, TensorValue.OfFloats(OnnxModels.Input, [1, 5], new float[5]));
        for (var i = 0; i < Misfits; i++) Assert.Equal(StatusCode.InvalidArgument, (await _appliance.RefusalAsync(misfit)).StatusCode);
        return _appliance;
    }

    internal async Task<MetricsPage> ReadAsync() => await MetricsPage.ReadAsync(await StartedAsync());

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }
}
