using System.Net;
using Contracts.Inference;
using EndToEnd.Tests.Metrics;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Processes;

/// <summary>A process that serves one slow model with one instance and room for two waiting requests.</summary>
public sealed class SlowAppliance : IAsyncLifetime
{
    public const int QueueLimit = 2;

    // About half a second a run on one core of today: long against everything that a request meets before the queue.
    private const int Rounds = 800;

    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is not null) return _appliance;
        ApplianceBinary.PathOrSkip();
        _repository.AddModel("slow", OnnxModels.Slow(Rounds));
        return _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings
        {
            Repository = _repository.Path,
            Settings = { ["Models:DefaultInstances"] = "1", ["Models:DefaultMaxQueueSize"] = $"{QueueLimit}" },
        });
    }

    internal static ModelInferRequest Request() => InferMessages.Raw("slow", TensorValue.OfFloats(OnnxModels.Input, [1], 1f));

    /// <summary>Sends one request to the idle model and comes back once it runs.</summary>
    internal async Task<Task<ModelInferResponse>> SendAsync()
    {
        var call = (await StartedAsync()).InferAsync(Request());
        await PendingAsync(0);
        return call;
    }

    /// <summary>Sends requests until one runs and the queue is full; returns their calls, the running one first.</summary>
    internal async Task<IReadOnlyList<Task<ModelInferResponse>>> FillAsync()
    {
        var appliance = await StartedAsync();
        var accepted = new List<Task<ModelInferResponse>> { await SendAsync() };
        for (var i = 0; i < QueueLimit; i++) accepted.Add(appliance.InferAsync(Request()));
        await PendingAsync(QueueLimit);
        return accepted;
    }

    /// <summary>Waits until so many requests wait, after everything sent so far has arrived.</summary>
    internal async Task PendingAsync(int count)
    {
        var appliance = await StartedAsync();
        await appliance.AssertAliveAsync();
        using var probe = await appliance.Metrics.GetAsync("/metrics");
        // Without metrics nothing tells from outside; what is sent is taken within a millisecond.
        if (probe.StatusCode == HttpStatusCode.NotFound) await Task.Delay(TimeSpan.FromMilliseconds(60));
        else await Eventually.BecomesTrueAsync(async () => await WaitingAsync(appliance) == count, TimeSpan.FromSeconds(5), $"{count} requests wait");
    }

    /// <summary>Requests that ended without an answer so far.</summary>
    internal async Task<ulong> FailedAsync() => (await (await StartedAsync()).StatisticsAsync("slow")).InferenceStats.Fail.Count;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }

    private static async Task<double?> WaitingAsync(ApplianceProcess appliance) =>
        (await MetricsPage.ReadAsync(appliance)).Value("nv_inference_pending_request_count", ("model", "slow"));
}
