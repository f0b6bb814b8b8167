using Appliance.Features.Reading;
using Appliance.Features.Store;

namespace Appliance.Features.Ingest;

/// <summary>
/// Which rows may be removed: those of views that are gone, also where one of their name has been declared since, and those that are past twice their view's TTL: of windows by when an event last came in, since
/// history is old and yet on its way. Until then a read says OUTSIDE_MAX_AGE,
/// which tells a caller more than NOT_FOUND.
/// </summary>
internal readonly struct RowExpiry(FeatureCatalog catalog, DateTimeOffset now) : IRowExpiry
{
    private readonly long _now = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public bool IsExpired(ReadOnlySpan<byte> key, in RecordHeader header)
    {
        if (catalog.Revision == 0) return false;
        return !catalog.TryFindView(EntityKey.ReadView(key), out var view) || header.Layout < view.BornLayout || (_now - LastChange(view, header)) / 2 > view.TtlMicros;
    }

    private static long LastChange(ServedView view, in RecordHeader header) =>
        view.Kind == ViewKind.Stream ? Math.Max(header.EventTime, header.CreatedTime) : header.EventTime;
}
