using Lake.Metadata;

namespace Lake.Maintenance;

/// <summary>
/// Where the tiers of a table are. A folder that was ever used stands in the table's properties, <c>tier.name.path</c>, before a file is written there, so that removal of orphan files looks into it.
/// Immutable.
/// </summary>
internal sealed class TierFolders
{
    private const string Prefix = "tier.";
    private const string Suffix = ".path";

    private readonly IReadOnlyList<string> _folders;

    /// <param name="table">The table.</param>
    /// <param name="options">The tiers.</param>
    public TierFolders(Table table, TieringOptions options)
    {
        var metadata = table.Metadata;
        var own = metadata.Properties.GetValueOrDefault("write.data.path", $"{metadata.Location}/data").TrimEnd('/');
        // With the table's id: one that is dropped and made anew has another folder. One that is renamed keeps its own.
        var id = $"-{metadata.TableUuid.ToString("N")[..8]}";
        _folders = [.. options.Tiers.Select(t => t.Location.TrimEnd('/')).Select(l => l.Length == 0 ? own : KnownBelow(metadata, l, id) ?? $"{l}/{table.Name.Namespace.Replace('.', '/')}/{table.Name.Name}{id}")];
        Missing =
        [
            .. options.Tiers.Select((t, i) => (t.Location, Name: $"{Prefix}{t.Name}{Suffix}", Folder: _folders[i]))
                .Where(p => p.Location.Length > 0 && !Known(metadata).Contains(p.Folder))
                .Select(p => (Free(metadata, p.Name), p.Folder)),
        ];
    }

    /// <summary>Properties that say where tiers are and that the table does not have yet.</summary>
    public IReadOnlyList<(string Name, string Folder)> Missing { get; }

    /// <summary>The table's folder in a tier.</summary>
    public string Of(int tier) => _folders[tier];

    /// <summary>The tier that a file is in: the first one where it is in none.</summary>
    public int TierOf(string path)
    {
        for (var i = _folders.Count - 1; i > 0; i--)
        {
            if (path.StartsWith(_folders[i] + "/", StringComparison.Ordinal)) return i;
        }
        return 0;
    }

    /// <summary>Folders of tiers that a table's properties name.</summary>
    public static IEnumerable<string> Known(TableMetadata metadata) =>
        metadata.Properties.Where(p => p.Key.StartsWith(Prefix, StringComparison.Ordinal) && p.Key.EndsWith(Suffix, StringComparison.Ordinal)).Select(p => p.Value);

    private static string? KnownBelow(TableMetadata metadata, string location, string id) =>
        Known(metadata).FirstOrDefault(k => k.StartsWith(location + "/", StringComparison.Ordinal) && k.EndsWith(id, StringComparison.Ordinal));

    // A tier that moved to another location leaves files where it was: that property stays.
    private static string Free(TableMetadata metadata, string name)
    {
        if (!metadata.Properties.ContainsKey(name)) return name;
        var number = 2;
        while (metadata.Properties.ContainsKey(name[..^Suffix.Length] + $"-{number}{Suffix}")) number++;
        return name[..^Suffix.Length] + $"-{number}{Suffix}";
    }
}
