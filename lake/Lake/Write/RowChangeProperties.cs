namespace Lake.Write;

/// <summary>Reads the table properties that say how rows are changed. The names, values and defaults are those of the reference implementation and its writers. Pure.</summary>
internal static class RowChangeProperties
{
    public const string DeleteMode = "write.delete.mode";
    public const string MergeMode = "write.merge.mode";

    private const string DeleteIsolation = "write.delete.isolation-level";
    private const string DeleteGranularity = "write.delete.granularity";

    /// <exception cref="LakeFormatException">The property has a value that it cannot have.</exception>
    public static RowDeleteMode Mode(IReadOnlyDictionary<string, string> properties, string name) => properties.GetValueOrDefault(name, "copy-on-write").ToLowerInvariant() switch
    {
        "copy-on-write" => RowDeleteMode.CopyOnWrite,
        "merge-on-read" => RowDeleteMode.MergeOnRead,
        var other => throw new LakeFormatException($"property {name} is '{other}'; it must be copy-on-write or merge-on-read"),
    };

    /// <exception cref="LakeFormatException">The property has a value that it cannot have.</exception>
    public static WriteIsolation Isolation(IReadOnlyDictionary<string, string> properties) => properties.GetValueOrDefault(DeleteIsolation, "serializable").ToLowerInvariant() switch
    {
        "serializable" => WriteIsolation.Serializable,
        "snapshot" => WriteIsolation.Snapshot,
        var other => throw new LakeFormatException($"property {DeleteIsolation} is '{other}'; it must be serializable or snapshot"),
    };

    /// <summary>Whether each data file gets a delete file of its own, so that no reader opens one for nothing, or a partition's share one.</summary>
    /// <exception cref="LakeFormatException">The property has a value that it cannot have.</exception>
    public static bool DeletesByFile(IReadOnlyDictionary<string, string> properties) => properties.GetValueOrDefault(DeleteGranularity, "file").ToLowerInvariant() switch
    {
        "file" => true,
        "partition" => false,
        var other => throw new LakeFormatException($"property {DeleteGranularity} is '{other}'; it must be file or partition"),
    };
}
