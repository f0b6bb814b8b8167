using Appliance.Inference.Batching;

namespace Appliance.Scoring;

/// <summary>Begins the traces of requests. An interface with one implementation, the host's, as <see cref="IRequestTrace"/> is. Thread-safe.</summary>
public interface IRequestTracer
{
    /// <summary>Sets <see cref="BatchEntry.Trace"/> where the request is to be traced. Never throws.</summary>
    /// <param name="entry">Stamped as received.</param>
    /// <param name="call">What is called, as its span is named.</param>
    /// <param name="parent">Value of traceparent; empty without one.</param>
    /// <param name="state">Value of tracestate; empty without one.</param>
    void Begin(BatchEntry entry, string call, ReadOnlySpan<char> parent, ReadOnlySpan<char> state);
}
