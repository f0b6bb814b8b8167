// Hot path where requests are traced.
using System.Threading.Channels;
using Appliance.Inference.Batching;
using Appliance.Scoring;

namespace Appliance.Host.Tracing;

/// <summary>
/// Decides which requests are traced and keeps those that have ended until they are sent. A request whose caller sent a traceparent is traced as its
/// sampled flag says, any other by chance. What finds the queue full is dropped and counted: no request waits for its trace. Thread-safe.
/// </summary>
internal sealed class RequestTracing(TracingOptions options, TimeProvider time) : IRequestTracer
{
    /// <summary>Characters of a tracestate at most; a longer one is left out. The recommendation's own least.</summary>
    public const int MaxState = 512;

    private readonly Channel<FinishedTrace> _finished = Channel.CreateBounded<FinishedTrace>(
        new BoundedChannelOptions(options.QueueRequests) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _dropped;

    /// <summary>Traces that wait to be sent.</summary>
    public ChannelReader<FinishedTrace> Finished => _finished.Reader;

    public long Dropped => Interlocked.Read(ref _dropped);

    public void Begin(BatchEntry entry, string call, ReadOnlySpan<char> parent, ReadOnlySpan<char> state)
    {
        if (TraceParent.TryParse(parent, out var caller))
        {
            if (!caller.IsSampled) return;
            entry.Trace = new RequestTrace(this, call, caller, state.Length is 0 or > MaxState ? "" : new string(state));
            return;
        }
        if (options.SampleRatio == 0 || Random.Shared.NextDouble() >= options.SampleRatio) return;
        entry.Trace = new RequestTrace(this, call, new TraceParent((ulong)Random.Shared.NextInt64(), (ulong)Random.Shared.NextInt64(1, long.MaxValue), 0, IsSampled: true), "");
    }

    internal void End(RequestTrace trace, BatchEntry entry)
    {
        var finished = FinishedTrace.Of(trace, entry, time);
        finished.NoteExemplars(entry);
        if (!_finished.Writer.TryWrite(finished)) Interlocked.Increment(ref _dropped);
    }
}
