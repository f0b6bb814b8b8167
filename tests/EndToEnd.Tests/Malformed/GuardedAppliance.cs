using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Malformed;

/// <summary>A process that is mistreated, and the checks that it has taken no harm: it answers, holds no more files than before, and has not grown.</summary>
public sealed class GuardedAppliance : IAsyncLifetime
{
    // Buffers of the largest messages stay in the process's pools: several of 64 MiB, whatever number of requests brought them.
    private const long AllowedGrowth = 600L << 20;

    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;
    private int _filesBefore;
    private long _bytesBefore;

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is not null)
        {
            Assert.False(_appliance.HasExited, $"an earlier test ended the appliance:\n{_appliance.Log}");
            return _appliance;
        }
        ApplianceBinary.PathOrSkip();
        _repository.AddModel("identity", OnnxModels.Identity(DataType.Float));
        _repository.AddModel("strings", OnnxModels.Identity(DataType.String));
        _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
        await AnswersAsync();
        // The client keeps one connection for REST open, as it does for gRPC.
        Assert.Equal("{\"live\":true}", await _appliance.Http.GetStringAsync("/v2/health/live"));
        _filesBefore = ProcessFigures.OpenFiles(_appliance.Id);
        _bytesBefore = ProcessFigures.ResidentBytes(_appliance.Id);
        return _appliance;
    }

    internal static TensorValue Row { get; } = TensorValue.OfFloats(OnnxModels.Input, [1, 3], 1, 2, 3);

    /// <summary>Fails the test unless the process is as it was before.</summary>
    internal async Task IsUnharmedAsync()
    {
        var appliance = await StartedAsync();
        await appliance.AssertAliveAsync();
        await AnswersAsync();
        await Eventually.BecomesTrueAsync(
            () => Task.FromResult(ProcessFigures.OpenFiles(appliance.Id) <= _filesBefore), TimeSpan.FromSeconds(20),
            () => $"the process holds {_filesBefore} files again; it holds {ProcessFigures.OpenFileKinds(appliance.Id)}");
        Assert.InRange(ProcessFigures.ResidentBytes(appliance.Id) - _bytesBefore, long.MinValue, AllowedGrowth);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }

    private async Task AnswersAsync() =>
        Assert.Equal(Row.Raw, Assert.Single(await _appliance!.OutputsAsync(InferMessages.Raw("identity", Row))).Raw);
}
