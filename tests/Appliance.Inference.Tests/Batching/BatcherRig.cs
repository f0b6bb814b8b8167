using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>A batcher over gated instances on a time that the test owns, and requests for it.</summary>
internal sealed class BatcherRig
{
    private readonly ModelSignature _signature;

    public BatcherRig(ModelSignature signature, int instances = 1, Action<ServedModelBuilder>? configure = null)
    {
        _signature = signature;
        Gates = [.. Enumerable.Range(0, instances).Select(_ => new GatedModelInstance(signature, Time))];
        var builder = new ServedModelBuilder(signature, Time);
        configure?.Invoke(builder);
        Model = builder.Build([.. Gates]);
    }

    /// <summary>One input and output of one float a row, four rows at most.</summary>
    public BatcherRig(int maxBatchSize = 4, int instances = 1, Action<ServedModelBuilder>? configure = null)
        : this(SignatureBuilder.Echo(maxBatchSize, Datatype.FP32, 1), instances, configure)
    {
    }

    public InterruptedTime Time { get; } = new();
    public GatedModelInstance[] Gates { get; }
    public GatedModelInstance Gate => Gates[0];
    public ServingModel Model { get; }
    public DynamicBatcher Batcher => Model.Batcher;
    public ModelStatistics Statistics => Model.Statistics;

    /// <summary>What each batch held, by ids, in the order in which they ran on the first instance.</summary>
    public IEnumerable<string> Ran => Gate.Batches.Select(b => b.Line);

    /// <summary>A bound and leased request of some rows whose values all are <paramref name="value"/>.</summary>
    public BatchEntry Entry(string id, int rows = 1, float value = 0, long[]? rowDims = null, BatchEntry? reuse = null)
    {
        rowDims ??= [1];
        var elements = (int)(rows * rowDims.Aggregate(1L, (a, b) => a * b));
        long[] shape = _signature.Batches ? [rows, .. rowDims] : rowDims;
        var entry = new EntryBuilder(reuse ?? new BatchEntry()).For("m").WithId(id).Floats("x", shape, [.. Enumerable.Repeat(value, elements)]).Build();
        entry.Timings.Received = Time.GetTimestamp();
        Assert.Equal(ScoreStatus.Ok, RequestBinder.Bind(entry, _signature, "m"));
        Assert.True(Model.TryAcquire());
        entry.Lease(Model);
        return entry;
    }

    public Task<ScoreStatus> Submit(BatchEntry entry, bool moreArriving = false) => Batcher.SubmitAsync(entry, moreArriving).AsTask();

    public Task<ScoreStatus> Submit(string id, int rows = 1, float value = 0, long[]? rowDims = null) => Submit(Entry(id, rows, value, rowDims));

    /// <summary>Brings requests that arrive together; the waiter hears of them.</summary>
    public void Arrive(RecordingWaiter waiter, params ReadOnlySpan<BatchEntry> entries)
    {
        var chain = new EntryChain();
        foreach (var entry in entries) chain.Add(waiter.Awaits(entry));
        Assert.Equal(entries.Length, chain.Count);
        Batcher.Submit(chain);
    }

    /// <summary>Brings a request onto the first instance and returns once its run is held there. Its own task ends when the gate lets it go.</summary>
    public async Task<Task<ScoreStatus>> OccupyAsync(string id = "first", long[]? rowDims = null)
    {
        var entry = Entry(id, rowDims: rowDims);
        var running = Task.Run(() => Submit(entry), Cancellation);
        await Gate.EnteredAsync(Cancellation);
        return running;
    }

    /// <summary>Lets everything run and checks that nothing of it is left.</summary>
    public async Task FinishAsync(params Task<ScoreStatus>[] tasks)
    {
        foreach (var gate in Gates) gate.Open();
        foreach (var task in tasks) await Ends(task);
        Assert.Equal(0, Model.Leases);
        Assert.Equal(0, Batcher.Queue.Count);
        Assert.All(Gates, g => Assert.Equal(0, g.Overlaps));
    }

    /// <summary>Waits for a request with a limit that only a broken batcher meets.</summary>
    public static Task<ScoreStatus> Ends(Task<ScoreStatus> task) => task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

    public static float[] Answer(BatchEntry entry) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(entry.BytesOf(entry.Outputs[0])).ToArray();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
