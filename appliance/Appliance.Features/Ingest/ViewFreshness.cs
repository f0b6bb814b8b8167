// Hot path: every event is counted here once for each view that has it.
using Appliance.Features.Statistics;

namespace Appliance.Features.Ingest;

/// <summary>How fresh one view is. Written by the ingest loop alone; read by any thread.</summary>
/// <param name="bornLayout">Tells it from a view of the same number that was deleted, see <see cref="Reading.ServedView.BornLayout"/>.</param>
public sealed class ViewFreshness(uint bornLayout)
{
    /// <summary>No event is known.</summary>
    private const long Unknown = long.MinValue;

    private long _newest = Unknown;

    /// <summary>
    /// Upper bounds in microseconds: 1 ms, a page of events, to 1 day, a nightly run. The limits that alerts are about, 5 minutes and 1 hour, are among them.
    /// </summary>
    private static ReadOnlySpan<long> Bounds =>
    [
        1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000,
        60_000_000, 300_000_000, 900_000_000, 3_600_000_000, 21_600_000_000, 86_400_000_000,
    ];

    public uint BornLayout { get; } = bornLayout;

    /// <summary>From an event's time to its being readable in the view, since the start.</summary>
    public DurationHistogram EventToReadable { get; } = new(Bounds);

    /// <summary>
    /// The newest event time in the view, microseconds since 1970, those before the start included; null where none is known. An event from the future counts
    /// as of when it was applied: a clock that runs ahead must not hide that nothing comes any more.
    /// </summary>
    public long? NewestEventTime => Volatile.Read(ref _newest) is var newest && newest == Unknown ? null : newest;

    internal void Count(long eventTime, long now)
    {
        EventToReadable.Record(Math.Max(0, now - eventTime));
        Advance(Math.Min(eventTime, now));
    }

    internal void Advance(long eventTime)
    {
        if (eventTime > _newest) Volatile.Write(ref _newest, eventTime);
    }
}
