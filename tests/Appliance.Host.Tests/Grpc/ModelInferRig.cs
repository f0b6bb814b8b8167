using Appliance.Host.Grpc;
using Appliance.Host.Health;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

/// <summary>ModelInfer over a model "m" that gives back what it gets, up to four rows of any number of floats in one run.</summary>
internal sealed class ModelInferRig : IDisposable
{
    private static readonly ModelSignature Signature = SignatureBuilder.Echo(4, Datatype.FP32, -1);

    /// <param name="gathers">Whether runs are another thread's than the one that reads the connection.</param>
    public ModelInferRig(int maxConcurrentRequests = 100, int maxMessageBytes = 1 << 20, bool gathers = false, TimeProvider? time = null, Appliance.Scoring.IRequestTracer? tracer = null)
    {
        Models = new TestModels(time ?? TimeProvider.System, maxConcurrentRequests, tracer);
        Instance = new GatedModelInstance(Signature, Models.Time);
        Model = Models.Serve("m", 1, Signature, Instance, gathers: gathers);
        Stop = new GracefulStop(new Readiness(new ScriptedModelLifecycle(), Lifetime), Models.Gate, Options.Create(new HostOptions()), Models.Time);
        Service = new ModelInferService(Models.Pipeline, new GrpcOptions { MaxMessageBytes = maxMessageBytes }, Stop);
    }

    public TestModels Models { get; }
    public GatedModelInstance Instance { get; }
    public ServingModel Model { get; }
    public ScriptedLifetime Lifetime { get; } = new();
    public GracefulStop Stop { get; }
    public ModelInferService Service { get; }
    public int Inside => Models.Gate.Inside;

    /// <summary>What each run held, by ids.</summary>
    public IEnumerable<string> Ran => Instance.Batches.Select(b => b.Line);

    public FrameCaller Connect(Appliance.Http2.Calls.UnaryCallers? callers = null) => new(Service, callers: callers);

    /// <summary>The body of a call of one row.</summary>
    public static byte[] Body(float value = 7, string id = "a", int floats = 1)
    {
        var row = FakeCall.Row(value, id);
        row.Inputs[0].Shape[1] = floats;
        float[] values = [.. Enumerable.Repeat(value, floats)];
        row.RawInputContents[0] = Google.Protobuf.ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        return FakeCall.Framed(row);
    }

    /// <summary>Has a request of nobody's hold the instance; ends when the instance is let go.</summary>
    public async Task<Task> OccupyAsync()
    {
        var waiter = new RecordingWaiter();
        var entry = new EntryBuilder(waiter.Awaits(new BatchEntry())).For("m").WithId("held").Floats("x", [1, 1], 1).Build();
        var burst = new Appliance.Scoring.RequestBurst(Models.Pipeline);
        Assert.Equal(Appliance.Inference.ScoreStatus.Ok, burst.Add(entry));
        var holding = Task.Run(burst.Submit, TestContext.Current.CancellationToken);
        await Instance.EnteredAsync(TestContext.Current.CancellationToken);
        return Task.WhenAll(holding, waiter.ToldAsync(1, TestContext.Current.CancellationToken));
    }

    public void InsideBecomes(int requests) => Assert.True(
        SpinWait.SpinUntil(() => Inside == requests, TimeSpan.FromSeconds(20)), $"{requests} requests are inside, not {Inside}");

    /// <summary>No request is inside, waits or holds a lease.</summary>
    public void AllIsOver()
    {
        InsideBecomes(0);
        Assert.Equal((0, 0), (Model.Leases, Model.Batcher.Queue.Count));
    }

    public void Dispose() => Lifetime.Dispose();
}
