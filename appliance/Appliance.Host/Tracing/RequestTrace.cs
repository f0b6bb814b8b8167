// Hot path where requests are traced.
using Appliance.Inference.Batching;

namespace Appliance.Host.Tracing;

/// <summary>One request that is being traced.</summary>
/// <param name="Parent">The trace, and the caller's span; 0 for a request that began the trace itself.</param>
internal sealed record RequestTrace(RequestTracing Tracing, string Call, TraceParent Parent, string State) : IRequestTrace
{
    /// <summary>The request's own span.</summary>
    public ulong SpanId { get; } = (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>The span of its inference call.</summary>
    public ulong InferSpanId { get; } = (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>The first traced request of the same batch, if it is another: their inference calls are one.</summary>
    public RequestTrace? Leader { get; private set; }

    public int BatchRequests { get; private set; }
    public int BatchRows { get; private set; }
    public BatchClose BatchReason { get; private set; }

    public void Ran(Batch batch)
    {
        (BatchRequests, BatchRows, BatchReason) = (batch.Count, batch.Rows, batch.Reason);
        if (batch.Traced is RequestTrace first) Leader = first;
        else batch.Traced = this;
    }

    public void Ended(BatchEntry entry) => Tracing.End(this, entry);
}
