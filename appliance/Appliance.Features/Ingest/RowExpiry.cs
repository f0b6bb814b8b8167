using Appliance.Features.Reading;
using Appliance.Features.Store;

namespace Appliance.Features.Ingest;

/// <summary>
/// Which rows may be removed: those of views that are gone, also where one of their name has been declared since, and those that are past twice their view's TTL; until then a read says OUTSIDE_MAX_AGE, which
/// tells a caller more than NOT_FOUND. A row of windows stays for as long as any of its events counts, however short the TTL: the entity's next
/// event is counted on top of them. Its age is by when an event last came in, since history is old and yet on its way.
/// </summary>
/// <param name="maxClockSkewMicros">How far ahead of when it was read an event's time may lie.</param>
internal readonly struct RowExpiry(FeatureCatalog catalog, DateTimeOffset now, long maxClockSkewMicros) : IRowExpiry
{
    private readonly long _now = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Whether a row that last changed then may be removed.</summary>
    /// <param name="age">Microseconds since then.</param>
    /// <param name="reach">For how long its events count; 0 for rows that are no windows.</param>
    public static bool IsOver(long age, long ttl, long reach, long maxClockSkew) => age / 2 > ttl && (reach == 0 || age - maxClockSkew > reach);

    public bool IsExpired(ReadOnlySpan<byte> key, in RecordHeader header)
    {
        if (catalog.Revision == 0) return false;
        if (!catalog.TryFindView(EntityKey.ReadView(key), out var view) || header.Layout < view.BornLayout) return true;
        if (view.Kind != ViewKind.Stream) return IsOver(_now - header.EventTime, view.TtlMicros, 0, maxClockSkewMicros);
        // The row was written by the layout of its time, and its next event carries it over to the current one.
        var reach = view.PanesOf(view.CurrentLayout)?.Plan.ReachMicros ?? 0;
        if (header.Layout != view.CurrentLayout) reach = Math.Max(reach, view.PanesOf(header.Layout)?.Plan.ReachMicros ?? 0);
        return IsOver(_now - Math.Max(header.EventTime, header.CreatedTime), view.TtlMicros, reach, maxClockSkewMicros);
    }
}
