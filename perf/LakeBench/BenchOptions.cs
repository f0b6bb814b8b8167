namespace LakeBench;

/// <summary>What is measured, and where.</summary>
internal sealed class BenchOptions
{
    /// <summary>Names of rows; null for all.</summary>
    public IReadOnlySet<string>? Only { get; set; }

    /// <summary>Rounds of each side. 5: the median then stands between two on each side, and a row takes under two minutes.</summary>
    public int Rounds { get; set; } = 5;

    /// <summary>Where tables are made; null for the system's temporary folder.</summary>
    public string? Folder { get; set; }
}
