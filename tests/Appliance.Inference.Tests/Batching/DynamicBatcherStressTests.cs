using System.Runtime.InteropServices;
using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>Random requests from many sides at once, and books that must balance at the end. The seed is the test's argument.</summary>
public sealed class DynamicBatcherStressTests
{
    private const int Producers = 4, RequestsEach = 1_500, InFlight = 24, MaxBatch = 8;

    private static readonly ModelSignature Signature = SignatureBuilder.Echo(MaxBatch, Datatype.FP32, -1);

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public Task Every_request_ends_once_with_its_own_answer_and_the_books_balance(int seed, bool longRuns) => RunAsync(seed, longRuns, schedule: null);

    [Theory]
    [InlineData(5, false, false)]
    [InlineData(6, true, false)]
    [InlineData(7, false, true)]
    [InlineData(8, true, true)]
    public Task So_they_do_under_a_schedule(int seed, bool longRuns, bool ordered) => RunAsync(seed, longRuns, new ScheduleSettings
    {
        PreferredSizes = [3, 5],
        MaxQueueDelay = TimeSpan.FromMicroseconds(100),
        PreserveOrdering = ordered,
        PriorityLevels = ordered ? 1ul : 3ul,
        DefaultPriority = 1,
        DefaultLimits = new() { Waiting = new(TimeSpan.FromMicroseconds(500), AllowTimeoutOverride: true), DelaysOverdue = !ordered, MaxQueueSize = 40 },
        OwnLimits = new Dictionary<ulong, LevelLimits> { [2] = new() { Waiting = new(TimeSpan.Zero, AllowTimeoutOverride: true) } },
    });

    private static async Task RunAsync(int seed, bool longRuns, ScheduleSettings? schedule)
    {
        using var scheduler = longRuns ? new RunScheduler(2) : null;
        using var clock = new FineClock();
        GatedModelInstance[] instances = [.. Enumerable.Range(0, 3).Select(_ => new GatedModelInstance(Signature, TimeProvider.System) { Poison = IsPoison })];
        foreach (var instance in instances) instance.Open();
        var model = new ServedModelBuilder(Signature, clock)
        {
            MaxQueueSize = 64, Gathers = true, OwnThread = !longRuns, Scheduler = scheduler, Schedule = schedule,
        }.Build(instances);
        var pool = new BatchEntryPool();
        var books = new Books();
        using var waiter = new CheckedWaiter();

        using var done = new CancellationTokenSource();
        var sweeping = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested) model.Batcher.ExpireOverdue();
            },
            TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(p => Task.Run(
            () => ProduceAsync(model, pool, books, waiter, new Random((seed * 100) + p)), TestContext.Current.CancellationToken)));
        await done.CancelAsync();
        await sweeping;

        Assert.Equal(Producers * RequestsEach, books.Ended.Values.Sum());
        waiter.AllIsFlushed();
        Assert.Equal((0, 0), (model.Leases, model.Batcher.Queue.Count));
        Assert.All(instances, i => Assert.Equal(0, i.Overlaps));
        Assert.All(instances.SelectMany(i => i.Batches), b => Assert.InRange(b.Rows, 0, MaxBatch));
        var s = model.Statistics;
        Assert.Equal(books.Of(ScoreStatus.Ok), s.Success.Count);
        Assert.Equal(books.RowsAnswered, s.RowCount);
        Assert.Equal(books.Ended.Where(e => e.Key != ScoreStatus.Ok).Sum(e => e.Value), s.Failure.Count);
        foreach (var status in Enum.GetValues<ScoreStatus>().Where(v => v != ScoreStatus.Ok)) Assert.Equal(books.Of(status), s.FailedWith(status));
        Assert.Equal(s.ExecutionCount, Enum.GetValues<BatchClose>().Sum(s.ClosedBy));
        Assert.Equal(s.ExecutionCount, s.BatchSizes.Sum(b => b.Infer.Count));
        // The schedule is only worth its time if it meets these at all.
        Assert.All([ScoreStatus.Ok, ScoreStatus.Faulted], status => Assert.NotEqual(0, books.Of(status)));
    }

    // Alone and awaited, or several together with a waiter.
    private static async Task ProduceAsync(ServingModel model, BatchEntryPool pool, Books books, CheckedWaiter waiter, Random random)
    {
        var inFlight = new Queue<(BatchEntry Entry, float Value, Task<ScoreStatus> Answer)>();
        for (var sent = 0; sent < RequestsEach;)
        {
            var together = random.Next(2) == 0 ? 0 : Math.Min(random.Next(1, 2 * MaxBatch), RequestsEach - sent);
            var chain = new EntryChain();
            for (var i = 0; i < together; i++)
            {
                var value = NextValue(random);
                var entry = Bound(model, pool.Rent(), random, value);
                inFlight.Enqueue((entry, value, waiter.Awaits(entry)));
                chain.Add(entry);
            }
            if (together > 0) model.Batcher.Submit(chain);
            else
            {
                var value = NextValue(random);
                var entry = Bound(model, pool.Rent(), random, value);
                inFlight.Enqueue((entry, value, model.Batcher.SubmitAsync(entry, moreArriving: random.Next(2) == 0).AsTask()));
            }
            sent += Math.Max(1, together);
            if (random.Next(8) == 0) model.Batcher.TryCancel(inFlight.ElementAt(random.Next(inFlight.Count)).Entry);
            while (inFlight.Count >= InFlight || (inFlight.Count > 0 && sent == RequestsEach)) await EndAsync(inFlight.Dequeue(), pool, books);
        }
    }

    private static float NextValue(Random random) => random.Next(50) == 0 ? -1 : random.NextSingle();

    private static BatchEntry Bound(ServingModel model, BatchEntry entry, Random random, float value)
    {
        long[] shape = [random.Next(10) == 0 ? 0 : random.Next(1, MaxBatch + 1), random.Next(1, 3)];
        new EntryBuilder(entry).Floats("x", shape, [.. Enumerable.Repeat(value, (int)(shape[0] * shape[1]))]);
        entry.Timings.Received = TimeProvider.System.GetTimestamp();
        Assert.Equal(ScoreStatus.Ok, RequestBinder.Bind(entry, model.Signature, "m"));
        if (random.Next(4) == 0) entry.Deadline = entry.Timings.Received + (random.Next(200) * TimeProvider.System.TimestampFrequency / 1_000_000);
        entry.Priority = (ulong)random.Next(5);
        if (random.Next(4) == 0) entry.TimeoutMicroseconds = random.Next(1, 200);
        Assert.True(model.TryAcquire());
        entry.Lease(model);
        return entry;
    }

    private static async Task EndAsync((BatchEntry Entry, float Value, Task<ScoreStatus> Answer) request, BatchEntryPool pool, Books books)
    {
        var status = await BatcherRig.Ends(request.Answer);
        var entry = request.Entry;
        Assert.Equal(status, entry.Status);
        if (status == ScoreStatus.Ok)
        {
            Assert.Equal(entry.ShapeOf(entry.Inputs[0]).ToArray(), entry.ShapeOf(entry.Outputs[0]).ToArray());
            Assert.Equal(Enumerable.Repeat(request.Value, entry.Inputs[0].RawBytes / sizeof(float)), BatcherRig.Answer(entry));
            Assert.False(request.Value < 0 && entry.Rows > 0, "a poisoned request was answered");
        }
        books.End(status, entry.Rows);
        pool.Return(entry);
    }

    private static bool IsPoison(BatchEntry entry) =>
        entry.Rows > 0 && MemoryMarshal.Read<float>(entry.Inputs[0].Content.Span) < 0;

    /// <summary>Ends a task for each request, and knows when one is told again or not flushed.</summary>
    private sealed class CheckedWaiter : IEntryWaiter, IDisposable
    {
        private readonly ThreadLocal<int> _unflushed = new(trackAllValues: true);
        private int _toldAgain;
        private int _told;

        public Task<ScoreStatus> Awaits(BatchEntry entry)
        {
            var ended = new TaskCompletionSource<ScoreStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
            (entry.Waiter, entry.WaiterState) = (this, ended);
            return ended.Task;
        }

        public void Completed(BatchEntry entry)
        {
            _unflushed.Value++;
            Interlocked.Increment(ref _told);
            if (!((TaskCompletionSource<ScoreStatus>)entry.WaiterState!).TrySetResult(entry.Status)) Interlocked.Increment(ref _toldAgain);
        }

        public void Flush() => _unflushed.Value = 0;

        public void AllIsFlushed()
        {
            Assert.True(SpinWait.SpinUntil(() => _unflushed.Values.Sum() == 0, TimeSpan.FromSeconds(20)), "a request was told and not flushed");
            Assert.Equal(0, Volatile.Read(ref _toldAgain));
            Assert.NotEqual(0, Volatile.Read(ref _told));
        }

        public void Dispose() => _unflushed.Dispose();
    }

    private sealed class Books
    {
        // Guards both.
        private readonly Lock _gate = new();

        public Dictionary<ScoreStatus, long> Ended { get; } = [];
        public long RowsAnswered { get; private set; }

        public long Of(ScoreStatus status) => Ended.GetValueOrDefault(status);

        public void End(ScoreStatus status, int rows)
        {
            lock (_gate)
            {
                Ended[status] = Of(status) + 1;
                if (status == ScoreStatus.Ok) RowsAnswered += rows;
            }
        }
    }
}
