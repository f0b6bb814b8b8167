using System.Diagnostics;
using Appliance.Inference.Batching;

namespace Appliance.Inference.Onnx;

/// <summary>
/// What it costs to let a request wait for another thread instead of running where it is: the suspension of the asynchronous calls around
/// it and the queueing of their resumption. Measured once a process, on the machine that serves.
/// </summary>
internal static class HandoffCost
{
    private const int Requests = 512;
    private const int Rounds = 15;

    private static readonly Lazy<double> Measured = new(Measure);

    /// <summary>Microseconds a request; the median of several rounds.</summary>
    public static double Microseconds => Measured.Value;

    private static double Measure()
    {
        var rounds = new double[Rounds];
        for (var r = 0; r < Rounds; r++) rounds[r] = Round();
        Array.Sort(rounds);
        return rounds[Rounds / 2];
    }

    private static double Round()
    {
        var sources = new Source[Requests];
        var tasks = new Task[Requests];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Requests; i++)
        {
            sources[i] = new Source();
            tasks[i] = TransportAsync(sources[i]);
        }
        foreach (var source in sources) source.Complete();
        Task.WaitAll(tasks);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Requests;
    }

    // As deep as a request's calls are when it waits: the transport's stream, its request loop, the handler.
    private static async Task TransportAsync(Source source) => await LoopAsync(source);

    private static async Task LoopAsync(Source source) => await HandlerAsync(source);

    private static async Task HandlerAsync(Source source) => await source.Task;

    private sealed class Source : System.Threading.Tasks.Sources.IValueTaskSource
    {
        private System.Threading.Tasks.Sources.ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

        public ValueTask Task => new(this, _core.Version);

        public void Complete() => _core.SetResult(true);

        public void GetResult(short token) => _core.GetResult(token);

        public System.Threading.Tasks.Sources.ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, System.Threading.Tasks.Sources.ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
