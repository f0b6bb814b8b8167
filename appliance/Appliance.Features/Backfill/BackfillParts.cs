namespace Appliance.Features.Backfill;

/// <summary>What a view's backfill works with. Owned by it.</summary>
/// <param name="Start">The view counts the stream from there on.</param>
/// <param name="Ids">What the view has already.</param>
/// <param name="Screen">Refuses what could never be applied.</param>
/// <param name="Appender">Writes to the journal.</param>
/// <param name="IsAsBefore">Whether the view is still the one that it was.</param>
/// <param name="Ended">Called once, at the end.</param>
internal sealed record BackfillParts(long Start, BackfillIds Ids, HistoryScreen Screen, HistoryAppender Appender, Func<bool> IsAsBefore, Action Ended) : IDisposable
{
    public void Dispose()
    {
        Ids.Dispose();
        Ended();
    }
}
