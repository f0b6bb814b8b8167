using EndToEnd.Tests.Models;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Processes;

/// <summary>
/// A process that is asked to load whatever a test puts into its repository, and the checks that it took no harm: it says why, in time, has
/// not grown, and still answers for the good model beside.
/// </summary>
public sealed class LoadingAppliance : IAsyncLifetime
{
    public const string Good = "good";

    /// <summary>The memory that the process is given. Its start takes about a twentieth of it.</summary>
    public const int MemoryLimitMegabytes = 1536;

    // Not a figure that anything is measured by: past it a load hangs.
    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(60);

    // What the allocators keep of a load that failed; a leak of each load would be past it soon.
    private const long AllowedGrowth = 300L << 20;

    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;
    private long _bytesBefore;
    private int _models;

    internal TemporaryRepository Repository => _repository;

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is null)
        {
            ApplianceBinary.PathOrSkip();
            _repository.AddModel(Good, OnnxModels.Scale(2));
            _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings
            {
                Repository = _repository.Path,
                ControlMode = "explicit",
                Flags = ["--load-model", Good],
                Settings = { ["Models:MemoryLimitMegabytes"] = $"{MemoryLimitMegabytes}" },
            });
            await IsUnharmedAsync();
            _bytesBefore = ProcessFigures.ResidentBytes(_appliance.Id);
        }
        Assert.False(_appliance.HasExited, $"an earlier test ended the appliance:\n{_appliance.Log}");
        return _appliance;
    }

    /// <summary>A name that no model had before.</summary>
    internal string NextModel() => $"m{Interlocked.Increment(ref _models)}";

    /// <summary>Puts a model into the repository, tries to load it and takes both away again. Returns why it was refused; null where it was not.</summary>
    /// <param name="whileLoaded">What to do with a model that was taken.</param>
    internal async Task<string?> TryModelAsync(byte[] onnx, string? config = null, Func<string, Task>? whileLoaded = null)
    {
        var model = NextModel();
        _repository.AddModel(model, onnx, config);
        return await TryAsync(model, whileLoaded);
    }

    internal async Task<string?> TryAsync(string model, Func<string, Task>? whileLoaded = null)
    {
        var appliance = await StartedAsync();
        var reason = await LoadAsync(appliance, model);
        if (reason is null)
        {
            if (whileLoaded is not null) await whileLoaded(model);
            await appliance.UnloadAsync(model);
        }
        else
        {
            Assert.NotEmpty(reason);
            Assert.Contains(await appliance.IndexAsync(model), v => v.State == "UNAVAILABLE" && v.Reason.Length > 0);
        }
        if (Directory.Exists(_repository.ModelPath(model))) _repository.RemoveModel(model);
        return reason;
    }

    /// <summary>Fails the test unless the model is refused; returns why.</summary>
    internal async Task<string> RefusalOfAsync(byte[] onnx, string? config = null)
    {
        var reason = await TryModelAsync(onnx, config);
        Assert.True(reason is not null, "the model was loaded");
        return reason;
    }

    /// <summary>Fails the test unless the process is as it was before.</summary>
    internal async Task IsUnharmedAsync()
    {
        var appliance = _appliance!;
        await appliance.AssertAliveAsync();
        var row = TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4);
        var outputs = await appliance.OutputsAsync(InferMessages.Raw(Good, row));
        Assert.Equal([2f, 4, 6, 8], Assert.Single(outputs).As<float>());
        if (_bytesBefore == 0) return;
        var grown = ProcessFigures.ResidentBytes(appliance.Id) - _bytesBefore;
        Assert.True(grown < AllowedGrowth, $"the process has grown by {grown >> 20} MiB");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }

    private static async Task<string?> LoadAsync(ApplianceProcess appliance, string model)
    {
        try
        {
            await appliance.Inference.RepositoryModelLoadAsync(new() { ModelName = model }, deadline: DateTime.UtcNow + LoadLimit);
            return null;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument)
        {
            return e.Status.Detail;
        }
        catch (RpcException e)
        {
            throw new InvalidOperationException($"the load ended with {e.StatusCode}: {e.Status.Detail}; the log:\n{appliance.Log}", e);
        }
    }
}
