using Microsoft.Extensions.Logging;

namespace Appliance.Features.Journal;

/// <summary>What the journal logs.</summary>
internal static partial class JournalLog
{
    [LoggerMessage(JournalEventIds.Opened, LogLevel.Information, "Journal open from {Oldest} to {End}; {Ids} event ids remembered.")]
    public static partial void Opened(ILogger logger, long oldest, long end, int ids);

    [LoggerMessage(JournalEventIds.Damaged, LogLevel.Error, "Journal is damaged from {From} to {To}: {Reason}.")]
    public static partial void Damaged(ILogger logger, long from, long to, string reason);

    [LoggerMessage(JournalEventIds.DiskRefuses, LogLevel.Error, "The journal's disk refuses writes: {Reason}")]
    public static partial void DiskRefuses(ILogger logger, string reason);

    [LoggerMessage(JournalEventIds.DiskTakesAgain, LogLevel.Information, "The journal's disk takes writes again.")]
    public static partial void DiskTakesAgain(ILogger logger);

    [LoggerMessage(JournalEventIds.SegmentsRemoved, LogLevel.Information, "Journal removed {Files} files; the oldest position is {Oldest}.")]
    public static partial void SegmentsRemoved(ILogger logger, int files, long oldest);

    [LoggerMessage(JournalEventIds.RetentionFailed, LogLevel.Warning, "Journal could not remove files that are out of use.")]
    public static partial void RetentionFailed(ILogger logger, Exception error);

    [LoggerMessage(JournalEventIds.TornTailCut, LogLevel.Warning, "Journal cut {Bytes} bytes behind {Tail} that were never acknowledged.")]
    public static partial void TornTailCut(ILogger logger, long bytes, long tail);

    [LoggerMessage(JournalEventIds.ClosedWithRecordsWaiting, LogLevel.Error, "Journal closed while {Bytes} appended bytes were not on the disk.")]
    public static partial void ClosedWithRecordsWaiting(ILogger logger, long bytes);
}
