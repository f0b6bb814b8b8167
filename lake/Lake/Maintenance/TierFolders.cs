using System.Globalization;
using Lake.Files.Parquet;
using Lake.Metadata;

namespace Lake.Maintenance;

/// <summary>
/// Where the tiers of a table are. A folder that was ever used stands in the table's properties, <c>tier.name.path</c>, before a file is written there, so that removal of orphan files looks into it;
/// <c>tier.name.codec</c> and <c>tier.name.level</c> say how compactions write files there. Immutable.
/// </summary>
internal sealed class TierFolders
{
    private const string Prefix = "tier.";
    private const string Suffix = ".path";
    private const string Codec = ".codec";
    private const string Level = ".level";

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
        Missing = [.. options.Tiers.SelectMany((t, i) => t.Location.Length > 0 ? Properties(metadata, t, _folders[i]) : []).Where(p => metadata.Properties.GetValueOrDefault(p.Name) != p.Value)];
    }

    /// <summary>Properties that say where tiers are and how they are compressed, and that the table does not have yet.</summary>
    public IReadOnlyList<(string Name, string Value)> Missing { get; }

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

    /// <summary>Has files of a folder written as its tier wants them, where it is in one.</summary>
    /// <param name="metadata">The table's.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How files are written.</param>
    public static void Apply(TableMetadata metadata, string folder, ParquetOptions options)
    {
        if (Name(metadata, f => (folder + "/").StartsWith(f + "/", StringComparison.Ordinal)) is not { } name) return;
        if (metadata.Properties.GetValueOrDefault(name + Codec) is { } codec) options.Codec = codec;
        if (int.TryParse(metadata.Properties.GetValueOrDefault(name + Level), NumberStyles.None, CultureInfo.InvariantCulture, out var level)) options.Level = level;
    }

    private static IEnumerable<(string Name, string Value)> Properties(TableMetadata metadata, TierOptions tier, string folder)
    {
        var name = Name(metadata, f => f == folder) ?? Free(metadata, $"{Prefix}{tier.Name}{Suffix}")[..^Suffix.Length];
        return [(name + Suffix, folder), (name + Codec, tier.Codec), (name + Level, tier.Level.ToString(CultureInfo.InvariantCulture))];
    }

    // What the properties of a tier's folder begin with.
    private static string? Name(TableMetadata metadata, Predicate<string> isIt) =>
        metadata.Properties.Where(p => p.Key.StartsWith(Prefix, StringComparison.Ordinal) && p.Key.EndsWith(Suffix, StringComparison.Ordinal) && isIt(p.Value)).Select(p => p.Key[..^Suffix.Length]).FirstOrDefault();

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
