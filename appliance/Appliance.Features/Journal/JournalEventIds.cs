namespace Appliance.Features.Journal;

/// <summary>Log event ids of this folder: 2100 to 2199. An id keeps its meaning for ever.</summary>
public static class JournalEventIds
{
    public const int Opened = 2100;
    public const int Damaged = 2101;
    public const int DiskRefuses = 2102;
    public const int DiskTakesAgain = 2103;
    public const int SegmentsRemoved = 2104;
    public const int RetentionFailed = 2105;
    public const int TornTailCut = 2106;
    public const int ClosedWithRecordsWaiting = 2107;
}
