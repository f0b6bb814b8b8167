// Hot path: the order of every request's steps stands in this file alone.
using System.Diagnostics.CodeAnalysis;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;

namespace Appliance.Scoring;

/// <summary>
/// Takes one decoded request through admission, version choice, binding and the version's batcher. Thread-safe.
/// A transport rents an entry, decodes into it, awaits <see cref="InferAsync"/>, encodes the answer and returns the entry.
/// </summary>
public sealed class ScoringPipeline(ModelDirectory directory, TrafficTable traffic, AdmissionGate gate, BatchEntryPool pool, TimeProvider time, IRequestTracer? tracer = null)
{
    // A version can be swapped away between routing and leasing; the table then already names the next. More than a few in a row is no swap.
    private const int LeaseAttempts = 8;

    // Microseconds between two requests that threads of the transport bring, up to which a third is expected. 128: several times the mean that 32 callers over
    // HTTP/1.1 leave on two cores, 20, because one that is missed costs a run of its own; one that does not come costs a hand-over of some microseconds.
    private const long CloseMicroseconds = 128;

    private readonly long _close = time.TimestampFrequency * CloseMicroseconds / 1_000_000;

    /// <summary>What a caller is told when <see cref="TryRent"/> refuses; the outcome is <see cref="ScoreStatus.Overloaded"/>.</summary>
    public const string OverloadedMessage = "Exceeds maximum number of concurrent requests";

    /// <summary>Who begins the traces of requests; null where none are traced. A trace ends as its slot comes back.</summary>
    public IRequestTracer? Tracer => tracer;

    /// <summary>Admits a request and gives it a slot, stamped as received now; false when the appliance is full.</summary>
    public bool TryRent([NotNullWhen(true)] out BatchEntry? entry)
    {
        if (!gate.TryEnter())
        {
            entry = null;
            return false;
        }
        entry = pool.Rent();
        entry.Timings.Received = time.GetTimestamp();
        return true;
    }

    /// <summary>Admits a request in a slot that is the transport's own; false when the appliance is full.</summary>
    /// <param name="received">When it was received, in units of <see cref="Timestamp"/>.</param>
    public bool TryEnter(BatchEntry own, long received)
    {
        if (!gate.TryEnter()) return false;
        own.Timings.Received = received;
        return true;
    }

    /// <summary>The request in the transport's own slot is over: the slot is ready for the next.</summary>
    /// <param name="keepsRequest">Whether what was read of the request stays, for one that is written like it: <see cref="BatchEntry.ResetRun"/>.</param>
    public void Leave(BatchEntry own, bool keepsRequest = false)
    {
        own.Trace?.Ended(own);
        if (keepsRequest) own.ResetRun();
        else own.Reset();
        gate.Leave();
    }

    /// <summary>Takes the slot back; nothing of it may be read afterwards. Every rented entry comes back, once, after its task has completed.</summary>
    public void Return(BatchEntry entry)
    {
        entry.Trace?.Ended(entry);
        pool.Return(entry);
        gate.Leave();
    }

    /// <summary>Whether it matters who the caller of an entry is that names its model and no version: whether that model's requests are split.</summary>
    /// <param name="main">The version with most of the model's requests; null where it is not ready.</param>
    public bool WantsCaller(BatchEntry entry, out ServingModel? main)
    {
        main = null;
        if (!traffic.AnySplit || entry.HasCaller || entry.RequestedVersion != 0) return false;
        if (!directory.TryFind(entry.ModelName.Span, out var slot) || traffic.RouteOf(slot.Name)?.Split is not { } split) return false;
        main = slot.Find(split.Setting.MainVersion);
        return true;
    }

    /// <summary>Whether any model's requests are split.</summary>
    internal bool AnySplit => traffic.AnySplit;

    /// <summary>Now, on the clock of deadlines and timings.</summary>
    public long Timestamp => time.GetTimestamp();

    /// <summary>Timestamp units in a second, for deadlines and timings.</summary>
    public long TimestampFrequency => time.TimestampFrequency;

    /// <summary>Runs a request whose tensors are in the entry. Never throws for anything a caller can cause.</summary>
    public ValueTask<ScoreStatus> InferAsync(BatchEntry entry)
    {
        var acquired = TryAcquire(entry);
        return acquired == ScoreStatus.Ok ? SubmitAsync(entry) : new ValueTask<ScoreStatus>(acquired);
    }

    /// <summary>
    /// Chooses and leases the version. After Ok the caller must either <see cref="SubmitAsync"/> or <see cref="Abandon"/> the entry.
    /// </summary>
    public ScoreStatus TryAcquire(BatchEntry entry)
    {
        if (!directory.TryFind(entry.ModelName.Span, out var slot))
        {
            return entry.Fail(ScoreStatus.NotFound, $"Request for unknown model: '{Name(entry)}' is not found");
        }
        for (var attempt = 0; attempt < LeaseAttempts; attempt++)
        {
            var route = entry.RequestedVersion == 0 ? traffic.RouteOf(slot.Name) : null;
            if (route is null && entry.RequestedVersion == 0) break;
            if (route?.Split is { } split && split.TryAcquire(entry, slot)) return ScoreStatus.Ok;
            var version = route?.Version ?? entry.RequestedVersion;
            if (slot.TryAcquire(version, out var model) || (route is not null && route.Fallback != version && slot.TryAcquire(route.Fallback, out model)))
            {
                return Lease(entry, model!);
            }
            // Asked for by number and not there. One that is there and drains is being replaced under its own number.
            if (entry.RequestedVersion != 0 && model is null) break;
        }
        return entry.RequestedVersion != 0
            ? entry.Fail(ScoreStatus.NotFound, $"Request for unknown model: '{slot.Name}' version {entry.RequestedVersion} is not found")
            : entry.Fail(ScoreStatus.ModelUnavailable, $"Request for unknown model: '{slot.Name}' has no available versions");
    }

    /// <summary>
    /// The same for a request that arrived with one of the same model that was given <paramref name="version"/> and names no version either. False: where
    /// it goes is to be looked up, because requests are split or the version has gone.
    /// </summary>
    internal bool TryAcquire(BatchEntry entry, ServingModel version, out ScoreStatus status)
    {
        var isAcquired = !traffic.AnySplit && version.TryAcquire();
        status = isAcquired ? Lease(entry, version) : ScoreStatus.ModelUnavailable;
        return isAcquired;
    }

    private ScoreStatus Lease(BatchEntry entry, ServingModel model)
    {
        entry.Lease(model);
        return gate.MayHold(model.Leases) ? ScoreStatus.Ok : Abandon(entry, entry.Fail(ScoreStatus.OverShare, OverloadedMessage));
    }

    /// <summary>Binds the leased entry's tensors and hands it to the version's batcher.</summary>
    public ValueTask<ScoreStatus> SubmitAsync(BatchEntry entry)
    {
        var status = Bind(entry);
        if (status != ScoreStatus.Ok) return new ValueTask<ScoreStatus>(status);
        var model = entry.Model!;
        return model.Batcher.SubmitAsync(entry, AreMoreArriving(entry, model.Batcher));
    }

    // On a thread of the pool, further requests wait for such a thread; the pool's count is only asked for where it decides, as it visits every thread's
    // queue. A thread of the transport brings requests itself, one after the other, and cannot see the next: it comes as soon as this one did.
    private bool AreMoreArriving(BatchEntry entry, DynamicBatcher batcher)
    {
        var isTransport = !Thread.CurrentThread.IsThreadPoolThread;
        var isClose = isTransport && batcher.NoteArrival(entry.Timings.Received) < _close;
        return isClose || batcher.HasWaiting || (!isTransport && ThreadPool.PendingWorkItemCount > 0);
    }

    /// <summary>Binds the leased entry's tensors to what the version takes. Anything but Ok has abandoned it.</summary>
    internal ScoreStatus Bind(BatchEntry entry)
    {
        var model = entry.Model!;
        var status = RequestBinder.Bind(entry, model.Signature, model.Name);
        return status == ScoreStatus.Ok ? ScoreStatus.Ok : Abandon(entry, status);
    }

    /// <summary>Gives the lease back for a request that will not run, and counts it as failed.</summary>
    public ScoreStatus Abandon(BatchEntry entry, ScoreStatus status)
    {
        entry.Model!.Statistics.RequestFailed(status, entry.Timings.Received, time.GetTimestamp());
        entry.Observer?.Ended(entry, status);
        entry.Unlease();
        return status;
    }

    private static string Name(BatchEntry entry) => System.Text.Encoding.UTF8.GetString(entry.ModelName.Span);
}
