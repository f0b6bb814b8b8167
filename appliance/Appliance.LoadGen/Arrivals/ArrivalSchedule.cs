namespace Appliance.LoadGen.Arrivals;

/// <summary>
/// The intended send times of a run, in nanoseconds from its start, decided before anything is sent: the same seed gives the same times.
/// Pure but for its position; not thread-safe.
/// </summary>
public sealed class ArrivalSchedule
{
    private readonly ArrivalKind _kind;
    private readonly double _meanGap;
    private readonly long _end;
    private readonly Random _random;
    private double _elapsed;
    private long _sent;

    public ArrivalSchedule(ArrivalKind kind, double ratePerSecond, TimeSpan duration, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ratePerSecond);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        _kind = kind;
        _meanGap = 1e9 / ratePerSecond;
        _end = (long)duration.TotalNanoseconds;
        _random = new Random(seed);
    }

    /// <summary>The next send time; false once it would lie at or after the end of the run.</summary>
    public bool TryNext(out long nanoseconds)
    {
        // Constant times are multiplied, not summed: a long run must not drift by rounding.
        _elapsed = _kind == ArrivalKind.Constant ? _sent * _meanGap : _elapsed - Math.Log(1 - _random.NextDouble()) * _meanGap;
        _sent++;
        nanoseconds = (long)_elapsed;
        return nanoseconds < _end;
    }
}
