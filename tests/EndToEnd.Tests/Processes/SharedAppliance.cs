using EndToEnd.Tests.Models;
using EndToEnd.Tests.Vectors;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

[assembly: AssemblyFixture(typeof(EndToEnd.Tests.Processes.SharedAppliance))]

namespace EndToEnd.Tests.Processes;

/// <summary>
/// One process for all tests that only call and never change what is served. Started by the first of them; if it dies, those that come
/// after fail. Everything it serves is listed here.
/// </summary>
public sealed class SharedAppliance : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;

    /// <summary>The running process; skips the test where there is no binary.</summary>
    internal async Task<ApplianceProcess> StartedAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_appliance is null)
            {
                ApplianceBinary.PathOrSkip();
                AddModels();
                _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
            }
            Assert.False(_appliance.HasExited, $"an earlier test ended the appliance:\n{_appliance.Log}");
            return _appliance;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The name of the model that answers what it is given, by datatype; with "scalar_" before it takes one value without dimensions.</summary>
    public static string IdentityOf(string datatype) => $"identity_{datatype.ToLowerInvariant()}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
        _gate.Dispose();
    }

    private void AddModels()
    {
        foreach (var (type, datatype) in TensorElements.Datatypes)
        {
            _repository.AddModel(IdentityOf(datatype), OnnxModels.Identity(type));
            _repository.AddModel("scalar_" + IdentityOf(datatype), OnnxModels.ScalarIdentity(type));
        }
        _repository.AddModel("add_sub", OnnxModels.AddSub(DataType.Float));
        _repository.AddModel("add_sub_int32", OnnxModels.AddSub(DataType.Int32));
        _repository.AddModel("concatenate", OnnxModels.ConcatenateColumns());
        _repository.AddModel("mlp", OnnxModels.Mlp(0));
        _repository.AddModel("sum_of_all", OnnxModels.SumOfAll());
        _repository.AddModel("two_versions", OnnxModels.Scale(2), "version_policy { all { } }");
        _repository.AddVersion("two_versions", 5, OnnxModels.Scale(5));
    }
}
