namespace Compare.Machine;

/// <summary>Which source a result belongs to.</summary>
internal sealed class SourceState
{
    public string Commit { get; set; } = "";

    /// <summary>Whether the working tree held changes; results written there do not count.</summary>
    public bool IsDirty { get; set; }

    public static SourceState Read(string results) => new()
    {
        Commit = CommandLine.Run("git", ["rev-parse", "HEAD"]).Trim(),
        IsDirty = CommandLine.Run("git", ["status", "--porcelain", "--", ".", $":!{results}"]).Length > 0,
    };
}
