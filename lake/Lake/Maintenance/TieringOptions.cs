namespace Lake.Maintenance;

/// <summary>Tiers of storage, as settings bind them.</summary>
public sealed class TieringOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Tiering";

    /// <summary>The tiers, from the one of new rows on.</summary>
    public List<TierOptions> Tiers { get; set; } = [];

    /// <summary>Bytes of files that one commit moves, about. 1 GiB: a move that others outran is done anew, and this much is lost then.</summary>
    public long CommitBytes { get; set; } = 1L << 30;

    /// <summary>How long files that a query read in a lower tier stay in the first one, to which they are brought back after the query; 0 for leaving them where they are.</summary>
    public TimeSpan RestoreOnRead { get; set; }
}
