namespace Appliance.Features.Journal;

/// <summary>Settings of the embedded journal.</summary>
public sealed class JournalOptions
{
    public const string Section = "Features:Journal";

    /// <summary>Where the journal's files lie; one process at a time has it open. Empty: a folder of the features' own.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Bytes of a page, a power of two; no record crosses one. 1 MiB: four times the largest event. Fixed for the life of a folder.</summary>
    public int PageBytes { get; set; } = 1 << 20;

    /// <summary>Bytes of memory for pages that are being written, a power of two. 32 MiB: twice what may wait for the disk.</summary>
    public long MemoryBytes { get; set; } = 32L << 20;

    /// <summary>Bytes of a file, a power of two; retention removes whole files. 64 MiB: a third of a million events. Fixed for the life of a folder.</summary>
    public long SegmentBytes { get; set; } = 64L << 20;

    /// <summary>Bytes appended and not yet durable at most; beyond it appending is refused. 16 MiB: half a second of the rate that is aimed at.</summary>
    public long MaxPendingBytes { get; set; } = 16L << 20;

    /// <summary>Newest event ids that a new event is compared with. 2,097,152 take 88 MiB: 28 bytes each in order of arrival, 16 for finding them.</summary>
    public int DedupEvents { get; set; } = 2_097_152;

    /// <summary>How long an event id is remembered at most. 24 h: a sender that was cut off for a day may repeat itself.</summary>
    public TimeSpan DedupHorizon { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Age at which a file may be removed. 7 days: a reader that was down over a holiday finds its place again.</summary>
    public TimeSpan RetainFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Bytes of all files past which the oldest may be removed before its age. 8 GiB: 40 million events of 200 bytes.</summary>
    public long RetainBytes { get; set; } = 8L << 30;

    /// <summary>How often retention is looked at. Files are large, so a minute is soon enough.</summary>
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after its last advance a registered reader is reported as silent. 1 h: batch readers come at least so often.</summary>
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long after a failed write it is tried again.</summary>
    public TimeSpan DiskRetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}
