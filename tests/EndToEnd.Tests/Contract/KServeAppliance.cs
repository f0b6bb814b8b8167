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
        _repository.AddModel("titanic", titanic.Model("predictions"));
        _repository.AddModel("titanic_columns", titanic.Model("predictions", 1));
        _repository.AddModel("wine", KServeBody.Read("mlflow_input_v2.json").Model("quality"));
        _repository.AddModel("houses", KServeBody.Read("sklearn_mixed_v2.json").Model("price"));
        _repository.AddModel("iris", new GraphBuilder("iris")
            .Input("input-0", DataType.Float, -1, 4).Output("output-0", DataType.Float, -1, 3)
            .Constant("weights", DataType.Float, [4, 3], IrisWeights)
            .Node("MatMul", ["input-0", "weights"], ["output-0"]).Model());
        _repository.AddModel("image", new GraphBuilder("image")
            .Input("input-0", DataType.String, -1).Output("output-0", DataType.String, -1)
            .Node("Identity", ["input-0"], ["output-0"]).Model());
        return _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }
}
