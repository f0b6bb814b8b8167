namespace Appliance.Features.Ingest.History;

/// <summary>Where a stream view began to count the journal, as it is written down. Immutable.</summary>
/// <param name="View">The view's number.</param>
/// <param name="Layout">The first layout of its rows: another one for a view that was deleted and declared again.</param>
/// <param name="Source">The source of its events.</param>
/// <param name="Position">It counts the events from there on; <see cref="Unknown"/> for a view that is older than this file.</param>
internal sealed record ViewStart(uint View, uint Layout, string Source, long Position)
{
    public const long Unknown = -1;
}
