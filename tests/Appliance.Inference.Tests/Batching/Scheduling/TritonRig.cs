using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching.Scheduling;

/// <summary>A scheduled batcher as Triton's own tests set theirs up, on a time that the test owns; its runs end at once unless they are held.</summary>
internal sealed class TritonRig
{
    public static readonly TimeSpan QueueDelay = TimeSpan.FromSeconds(10);

    /// <param name="maxBatchSize">Rows in one batch at most.</param>
    public TritonRig(ScheduleSettings schedule, int maxBatchSize = 8, int instances = 1, bool held = false)
    {
        // Rows of any length, so that shapes can differ.
        Rig = new BatcherRig(SignatureBuilder.Echo(maxBatchSize, Datatype.FP32, -1), instances, b => b.Schedule = schedule);
        if (held) return;
        foreach (var gate in Rig.Gates) gate.Open();
    }

    public BatcherRig Rig { get; }
    public GatedModelInstance Gate => Rig.Gate;
    public int Waiting => Rig.Batcher.Queue.Count;

    /// <summary>Rows of each batch that ran.</summary>
    public IEnumerable<int> Batches => Rig.Gate.Batches.Select(b => b.Rows);

    public IEnumerable<string> Ran => Rig.Ran;

    /// <summary>Sends a request of some rows.</summary>
    public Task<ScoreStatus> Send(string id, int rows, ulong priority = 0, long timeoutUs = 0, int elements = 16) =>
        Rig.Submit(Entry(id, rows, priority, timeoutUs, elements));

    public BatchEntry Entry(string id, int rows, ulong priority = 0, long timeoutUs = 0, int elements = 16)
    {
        var entry = Rig.Entry(id, rows, rowDims: [elements]);
        (entry.Priority, entry.TimeoutMicroseconds) = (priority, timeoutUs);
        return entry;
    }

    /// <summary>Has requests queued up before the batcher looks at the first of them.</summary>
    public Task<ScoreStatus>[] SendTogether(params (string Id, int Rows, int Elements)[] requests)
    {
        var waiter = new EndingWaiter();
        var chain = new EntryChain();
        var answers = new Task<ScoreStatus>[requests.Length];
        for (var i = 0; i < requests.Length; i++)
        {
            var entry = Entry(requests[i].Id, requests[i].Rows, elements: requests[i].Elements);
            answers[i] = waiter.Awaits(entry);
            chain.Add(entry);
        }
        Rig.Batcher.Submit(chain);
        return answers;
    }

    public Task<ScoreStatus>[] SendTogether(params int[] rows) => SendTogether([.. rows.Select((r, i) => ($"{i}", r, 16))]);

    /// <summary>Brings a request onto the first instance and returns once its run is held there.</summary>
    public async Task<Task<ScoreStatus>> OccupyAsync(string id, int rows)
    {
        var entry = Entry(id, rows);
        var running = Task.Run(() => Rig.Submit(entry), TestContext.Current.CancellationToken);
        await Gate.EnteredAsync(TestContext.Current.CancellationToken);
        return running;
    }

    public void Advance(TimeSpan by) => Rig.Time.Advance(by);

    public void Advance(double seconds) => Rig.Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>The requests are answered, now or by a thread that is at it.</summary>
    public static async Task AnsweredAsync(params Task<ScoreStatus>[] answers)
    {
        foreach (var answer in answers) Assert.Equal(ScoreStatus.Ok, await BatcherRig.Ends(answer));
    }

    /// <summary>A request that is still queued is not answered, whatever threads are at work.</summary>
    public void Waits(params Task<ScoreStatus>[] answers)
    {
        Assert.Equal(answers.Length, Waiting);
        Assert.All(answers, a => Assert.False(a.IsCompleted));
    }

    private sealed class EndingWaiter : IEntryWaiter
    {
        public Task<ScoreStatus> Awaits(BatchEntry entry)
        {
            var ended = new TaskCompletionSource<ScoreStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
            (entry.Waiter, entry.WaiterState) = (this, ended);
            return ended.Task;
        }

        public void Completed(BatchEntry entry) => ((TaskCompletionSource<ScoreStatus>)entry.WaiterState!).SetResult(entry.Status);

        public void Flush()
        {
        }
    }
}
