// Hot path of models whose requests are split.
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Statistics;

namespace Appliance.Scoring.Traffic.Arms;

/// <summary>Counters of what one version did as an arm of a split, or as a shadow, since the start of the process. Thread-safe, never reset.</summary>
public sealed class ArmStatistics
{
    private readonly double _nanosecondsPerTick;
    private readonly long[] _ended = new long[Enum.GetValues<ScoreStatus>().Length];
    private readonly ValueHistogram _microseconds = new();
    private readonly ValueHistogram _scores = new();
    private long _rerouted, _compared, _disagreed, _busy, _tooLarge, _away;
    private double _difference;
    private string? _lastError;

    public ArmStatistics(TimeProvider time) => _nanosecondsPerTick = 1e9 / time.TimestampFrequency;

    /// <summary>Answered requests by their time.</summary>
    public PhaseHistogram Durations { get; } = new();

    /// <summary>Requests that fell to the version and were given to others, as it was not ready.</summary>
    public long ReroutedCount => Interlocked.Read(ref _rerouted);

    /// <summary>Copies dropped because the shadow had too many waiting, or was refused by its queue.</summary>
    public long Busy => Interlocked.Read(ref _busy);

    /// <summary>Copies not made because the request was too large.</summary>
    public long TooLarge => Interlocked.Read(ref _tooLarge);

    /// <summary>Copies dropped because the version was not ready.</summary>
    public long Away => Interlocked.Read(ref _away);

    /// <summary>What the last request was told that was not answered; empty while all were.</summary>
    public string LastError => Volatile.Read(ref _lastError) ?? "";

    /// <summary>Rows that were compared with served ones, and those of them that disagreed.</summary>
    public (long Compared, long Disagreed) Comparisons
    {
        get
        {
            // Disagreed first: it must not look larger than what it is a part of.
            var disagreed = Interlocked.Read(ref _disagreed);
            return (Interlocked.Read(ref _compared), disagreed);
        }
    }

    public long EndedWith(ScoreStatus status) => Interlocked.Read(ref _ended[(int)status]);

    public void Rerouted() => Interlocked.Increment(ref _rerouted);

    /// <summary>Counts a request that is over; an answered one with its scores.</summary>
    public void Ended(BatchEntry entry, ScoreStatus status, ReadOnlySpan<double> scores)
    {
        Interlocked.Increment(ref _ended[(int)status]);
        if (status != ScoreStatus.Ok)
        {
            if (status != ScoreStatus.Cancelled) Volatile.Write(ref _lastError, entry.Error ?? status.ToString());
            return;
        }
        var nanoseconds = (long)(Math.Max(0, entry.Timings.OutputReady - entry.Timings.Received) * _nanosecondsPerTick);
        Durations.Record(nanoseconds);
        _microseconds.Record(nanoseconds / 1e3);
        foreach (var score in scores) _scores.Record(score);
    }

    /// <summary>Counts rows that were compared with served ones.</summary>
    /// <param name="difference">Sum of the absolute differences that are finite.</param>
    public void Compared(int rows, int disagreed, double difference)
    {
        Interlocked.Add(ref _compared, rows);
        if (disagreed > 0) Interlocked.Add(ref _disagreed, disagreed);
        var before = Volatile.Read(ref _difference);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref _difference, before + difference, before);
            if (found.Equals(before)) return;
            before = found;
        }
    }

    public void DroppedBusy() => Interlocked.Increment(ref _busy);

    public void DroppedTooLarge() => Interlocked.Increment(ref _tooLarge);

    public void DroppedAway() => Interlocked.Increment(ref _away);

    /// <summary>Everything until now.</summary>
    public ArmTally Take()
    {
        var ended = new long[_ended.Length];
        for (var i = 0; i < ended.Length; i++) ended[i] = Interlocked.Read(ref _ended[i]);
        // Who gives a request up says nothing of the version.
        var requests = ended.Sum() - ended[(int)ScoreStatus.Cancelled];
        return new ArmTally(
            requests, requests - ended[(int)ScoreStatus.Ok], _microseconds.Take(), _scores.Take(),
            Interlocked.Read(ref _compared), Interlocked.Read(ref _disagreed), Volatile.Read(ref _difference), Busy + TooLarge + Away);
    }
}
