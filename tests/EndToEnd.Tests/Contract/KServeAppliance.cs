using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Contract;

/// <summary>A process with the models that the request bodies of KServe's tests ask for.</summary>
public sealed class KServeAppliance : IAsyncLifetime
{
    /// <summary>A row of the iris's four measures to the scores of three species.</summary>
    internal static readonly float[] IrisWeights = [1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400];

    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is not null) return _appliance;
        ApplianceBinary.PathOrSkip();
        var titanic = KServeBody.Read("autogluon_titanic_input_v2.json");
        AddColumns("titanic", titanic.Model("predictions"));
        AddColumns("wine", KServeBody.Read("mlflow_input_v2.json").Model("quality"));
        AddColumns("houses", KServeBody.Read("sklearn_mixed_v2.json").Model("price"));
        AddColumns("image", new GraphBuilder("image")
            .Input("input-0", DataType.String, -1).Output("output-0", DataType.String, -1)
            .Node("Identity", ["input-0"], ["output-0"]).Model());
        _repository.AddModel("titanic_matrices", titanic.Model("predictions", 1));
        _repository.AddModel("iris", new GraphBuilder("iris")
            .Input("input-0", DataType.Float, -1, 4).Output("output-0", DataType.Float, -1, 3)
            .Constant("weights", DataType.Float, [4, 3], IrisWeights)
            .Node("MatMul", ["input-0", "weights"], ["output-0"]).Model());
        return _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
    }

    /// <summary>A graph of plain columns twice: as it was exported, and with a configuration that takes its only dimension for no batch dimension.</summary>
    private void AddColumns(string model, byte[] onnx)
    {
        _repository.AddModel(model, onnx);
        _repository.AddModel(model + "_unbatched", onnx, "max_batch_size: 0");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }
}
