using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Malformed;

/// <summary>A process with room for few requests at once.</summary>
public sealed class CrowdedAppliance : IAsyncLifetime
{
    public const int Room = 8;

    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;

    internal static byte[] Message { get; } = BareGrpc.Frame(InferMessages.Raw("identity", GuardedAppliance.Row).ToByteArray());

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is not null) return _appliance;
        ApplianceBinary.PathOrSkip();
        _repository.AddModel("identity", OnnxModels.Identity(DataType.Float));
        return _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings
        {
            Repository = _repository.Path,
            Settings = { ["Scoring:MaxConcurrentRequests"] = $"{Room}" },
        });
    }

    /// <summary>Requests inside now.</summary>
    internal async Task<double?> InsideAsync() => (await Metrics.MetricsPage.ReadAsync(await StartedAsync())).Value("appliance_requests_inside");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }
}
