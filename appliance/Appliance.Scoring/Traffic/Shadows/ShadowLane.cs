using System.Collections.Concurrent;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Scoring.Traffic.Shadows;

/// <summary>
/// Runs copies of answered requests through one more version and compares the scores. Callers never wait for it: a copy is made once the answer is
/// there, one copy runs at a time, behind whatever else waits for a thread, and those that find too many waiting are dropped and counted. Thread-safe.
/// </summary>
public sealed class ShadowLane(ModelSlot slot, ShadowShare share, ArmStatistics statistics, TimeProvider time) : IThreadPoolWorkItem
{
    /// <summary>Copies that wait at most. 128 of the largest are 8 MiB.</summary>
    internal const int MaxWaiting = 128;

    /// <summary>Bytes of a request that is copied at most. 64 KiB: sixteen thousand floats; copying more would hold its batch up for microseconds.</summary>
    internal const int MaxBytes = 64 * 1024;

    private readonly ConcurrentQueue<ShadowRequest> _waiting = new();
    private readonly ConcurrentBag<ShadowRequest> _idle = [];
    private int _count, _running;
    private long _turn;
    private ScoreProbe? _probe;

    public ShadowShare Share { get; } = share;
    public ArmStatistics Statistics { get; } = statistics;

    /// <summary>Copies that wait or run.</summary>
    public int Waiting => Volatile.Read(ref _count);

    /// <summary>Takes a copy of an answered request, if it is this one's turn and there is room.</summary>
    /// <param name="served">The scores of its rows; none where the served version gives nothing to compare.</param>
    /// <param name="isText">Whether they stand for texts.</param>
    public void Offer(BatchEntry entry, ReadOnlySpan<double> served, bool isText = false)
    {
        if (!IsChosen()) return;
        var bytes = ShadowRequest.SizeOf(entry);
        if (bytes > MaxBytes)
        {
            Statistics.DroppedTooLarge();
            return;
        }
        if (Interlocked.Increment(ref _count) > MaxWaiting)
        {
            Interlocked.Decrement(ref _count);
            Statistics.DroppedBusy();
            return;
        }
        if (!_idle.TryTake(out var request)) request = new ShadowRequest();
        request.Fill(entry, (int)bytes, served, isText);
        _waiting.Enqueue(request);
        if (Interlocked.Exchange(ref _running, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = DrainAsync();

    /// <summary>Runs what waits, one after the other.</summary>
    internal async Task DrainAsync()
    {
        do
        {
            while (_waiting.TryDequeue(out var request))
            {
                try
                {
                    await RunAsync(request);
                }
                finally
                {
                    request.Entry.Reset();
                    _idle.Add(request);
                    Interlocked.Decrement(ref _count);
                }
                // Whatever else waits for a thread goes first.
                await Task.Yield();
            }
            Volatile.Write(ref _running, 0);
            // One that was offered just before found it still running.
        }
        while (!_waiting.IsEmpty && Interlocked.Exchange(ref _running, 1) == 0);
    }

    private async ValueTask RunAsync(ShadowRequest request)
    {
        var entry = request.Entry;
        if (!slot.TryAcquire(Share.Version, out var model))
        {
            Statistics.DroppedAway();
            return;
        }
        entry.Lease(model!);
        entry.Timings.Received = time.GetTimestamp();
        var probe = ProbeOf(model!);
        if (probe.Output >= 0) entry.AddRequested().Name = model!.Signature.Outputs[probe.Output].Utf8Name;
        var status = RequestBinder.Bind(entry, model!.Signature, model.Name);
        if (status == ScoreStatus.Ok) status = await model.Batcher.SubmitAsync(entry, moreArriving: false);
        else entry.Unlease();
        // Its own queue being full is no fault of the version's answers.
        if (status is ScoreStatus.Overloaded or ScoreStatus.QueueTimeout or ScoreStatus.StandingQueue) Statistics.DroppedBusy();
        else Count(request, probe, status);
    }

    private void Count(ShadowRequest request, ScoreProbe probe, ScoreStatus status)
    {
        Span<double> scores = stackalloc double[ScoreProbe.MaxRows];
        var rows = status == ScoreStatus.Ok ? probe.Read(request.Entry, scores) : 0;
        Statistics.Ended(request.Entry, status, probe.IsText ? [] : scores[..rows]);
        if (request.ServedIsText || probe.IsText) CompareTexts(request.Served, scores[..rows]);
        else Compare(request.Served, scores[..rows]);
    }

    // A text and a number are never the same.
    private void CompareTexts(ReadOnlySpan<double> served, ReadOnlySpan<double> shadow)
    {
        var rows = Math.Min(served.Length, shadow.Length);
        if (rows == 0) return;
        var disagreed = 0;
        for (var row = 0; row < rows; row++) disagreed += served[row].Equals(shadow[row]) ? 0 : 1;
        Statistics.Compared(rows, disagreed, 0);
    }

    private void Compare(ReadOnlySpan<double> served, ReadOnlySpan<double> shadow)
    {
        var rows = Math.Min(served.Length, shadow.Length);
        if (rows == 0) return;
        var disagreed = 0;
        var sum = 0.0;
        for (var row = 0; row < rows; row++)
        {
            var difference = Math.Abs(served[row] - shadow[row]);
            if (double.IsFinite(difference)) sum += difference;
            // Written so that NaN against a number disagrees; two of the same are equal whatever they are.
            if (!(difference <= Share.Tolerance) && !served[row].Equals(shadow[row])) disagreed++;
        }
        Statistics.Compared(rows, disagreed, sum);
    }

    // In turn, so that exactly the share of the requests is copied.
    private bool IsChosen()
    {
        if (Share.BasisPoints == BucketMap.Buckets) return true;
        var turn = Interlocked.Increment(ref _turn) * Share.BasisPoints;
        return turn % BucketMap.Buckets < Share.BasisPoints;
    }

    private ScoreProbe ProbeOf(ServingModel model)
    {
        var probe = _probe;
        return probe?.Model == model ? probe : _probe = ScoreProbe.Of(model);
    }
}
