using System.Text.Json;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Clients;

/// <summary>What the Python client was answered: it runs once, against a process of its own, whose statistics are then known.</summary>
public sealed class PythonGrpcAnswers : IAsyncLifetime
{
    private static readonly string[] Protos = ["inference.proto", "model_config.proto", "scoring.proto", "health.proto"];

    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;
    private Task<JsonElement>? _answers;

    internal Task<JsonElement> AskedAsync() => _answers ??= AskAsync();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }

    private async Task<JsonElement> AskAsync()
    {
        ApplianceBinary.PathOrSkip();
        var stubs = Directory.CreateDirectory(Path.Combine(_repository.Outside, "stubs")).FullName;
        var protos = Path.Combine(RepositoryRoot.Path, "contracts/protos");
        await Python.CompileAsync(
            protos, [$"--python_out={stubs}", $"--grpc_python_out={stubs}", .. Protos.Select(p => Path.Combine(protos, p))]);
        _repository.AddVersion(BusinessModels.Koc, 1, BusinessModels.KocPotential(1));
        _repository.AddVersion(BusinessModels.Koc, 2, BusinessModels.KocPotential(2, bias: 1));
        _repository.WriteConfig(BusinessModels.Koc, "max_batch_size: 256 version_policy { all { } } dynamic_batching { }");
        _repository.AddModel("identity", OnnxModels.Identity(DataType.Float));
        _repository.AddModel("identity_text", OnnxModels.Identity(DataType.String));
        _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
        return JsonDocument.Parse(await Python.RunScriptAsync("grpc_client.py", stubs, $"{_appliance.GrpcPort}")).RootElement;
    }
}
