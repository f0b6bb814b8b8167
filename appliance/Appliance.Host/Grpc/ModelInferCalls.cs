// Hot path: the ModelInfer calls of one connection.
using Appliance.Http2.Calls;
using Appliance.Inference.Batching;
using Appliance.Scoring;

namespace Appliance.Host.Grpc;

/// <summary>The ModelInfer calls of one connection. What one read of the connection brings is submitted together.</summary>
internal sealed class ModelInferCalls(ModelInferService service) : UnaryCalls, IEntryWaiter
{
    public ModelInferService Service => service;
    public RequestBurst Burst { get; } = new(service.Pipeline);
    public RequestForms Forms { get; } = new();

    public override UnaryCall Create() => new ModelInferCall(this);

    public override void ArrivedAll()
    {
        if (Burst.IsEmpty) return;
        service.Stop.NoteCall();
        Burst.Submit();
    }

    void IEntryWaiter.Completed(BatchEntry entry) => ((ModelInferCall)entry.WaiterState!).Finish(entry.Status);

    void IEntryWaiter.Flush() => Flush();
}
