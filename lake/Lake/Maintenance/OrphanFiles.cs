using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lake.Catalog;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;

namespace Lake.Maintenance;

/// <summary>
/// Finds and deletes files in a table's folders that nothing names: what commits that failed, writers that died and expiries that were cut off left behind. Only files above a stated
/// age go, as those of a commit that is going on are named by nothing yet. Safe beside writers that take less long than that. Stopping it half-way leaves nothing wrong.
/// </summary>
/// <param name="table">The table; its newest version is taken.</param>
/// <param name="clock">What time it is; files' ages are by the storage's.</param>
public sealed partial class OrphanFiles(Table table, TimeProvider clock)
{
    /// <summary>Age from which a file is deleted where the caller says nothing: the reference implementation's.</summary>
    public static readonly TimeSpan DefaultAge = TimeSpan.FromDays(3);

    /// <summary>The least age. An hour: commits of the file catalog take less, or do not claim success.</summary>
    public static readonly TimeSpan LeastAge = TimeSpan.FromHours(1);

    /// <summary>What would go; nothing is changed.</summary>
    /// <param name="olderThan">Age from which a file goes, 1 hour or more.</param>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ArgumentException">The age is below 1 hour.</exception>
    /// <exception cref="LakeFormatException">The table names a file by another path than it is found by, as through a link, or a file that tells what a snapshot reaches is damaged or gone: no file can be
    /// told from an orphan then.</exception>
    public async Task<OrphanReport> PlanAsync(TimeSpan olderThan, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        if (olderThan < LeastAge) throw new ArgumentException($"age is {olderThan}; it must be {LeastAge} or more, so that files of a commit that is going on stay", nameof(olderThan));
        // The folders first: what is committed after that is reached by the table that is read then.
        var seen = await ListAsync(cancellation);
        var now = await table.RefreshAsync(cancellation);
        var reached = await Damage.ToldAsync(now, () => ReachedAsync(now, progress, cancellation), cancellation, "No file was deleted: without it, what the table needs cannot be told from orphans. It is not needed once its snapshots have expired: lake expire");
        var unreached = WithoutNestedTables(seen, Normal(now.Metadata.Location)).Where(f => !reached.Contains(Normal(f.Location)) && !f.Location.EndsWith("/version-hint.text", StringComparison.Ordinal)).ToList();
        RefuseOtherWriting(now, unreached, reached);
        var latest = clock.GetUtcNow() - olderThan;
        var orphans = unreached.Where(f => f.ModifiedAt < latest).OrderBy(f => MetadataNumber(f.Location)).ThenBy(f => f.Location, StringComparer.Ordinal).ToList();
        return new OrphanReport(seen.Count, orphans, unreached.Count - orphans.Count);
    }

    /// <summary>Deletes them.</summary>
    /// <inheritdoc cref="PlanAsync"/>
    /// <exception cref="CatalogException">The table's <c>gc.enabled</c> is false.</exception>
    public async Task<OrphanReport> RunAsync(TimeSpan olderThan, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        Deletion.RefuseUnlessAllowed(table);
        var report = await PlanAsync(olderThan, progress, cancellation);
        await Deletion.RunAsync(table.Storage, [.. report.Orphans.Where(f => MetadataNumber(f.Location) < 0).Select(f => f.Location)], progress, cancellation);
        // Numbered metadata files go one by one, the oldest first: who looks for the newest number by number must not meet a gap.
        foreach (var file in report.Orphans.Where(f => MetadataNumber(f.Location) >= 0)) await table.Storage.DeleteAsync(file.Location, cancellation);
        return report;
    }

    private async Task<List<StoredFile>> ListAsync(CancellationToken cancellation)
    {
        var location = table.Metadata.Location;
        var seen = new List<StoredFile>();
        await foreach (var file in table.Storage.ListAsync(location, cancellation)) seen.Add(file);
        foreach (var folder in Folders(table.Metadata))
        {
            await foreach (var file in table.Storage.ListAsync(folder, cancellation)) seen.Add(file);
        }
        return seen;
    }

    // Folders that are not below the table's own: those of data and of metadata that its properties name, and those of its tiers.
    private static IEnumerable<string> Folders(TableMetadata metadata)
    {
        string?[] named = [metadata.Properties.GetValueOrDefault("write.data.path"), metadata.Properties.GetValueOrDefault("write.metadata.path"), .. TierFolders.Known(metadata)];
        var outside = new List<string>();
        foreach (var folder in named.OfType<string>().OrderBy(f => f.Length))
        {
            if (!Normal(folder + "/").StartsWith(Normal(metadata.Location) + "/", StringComparison.Ordinal) && !outside.Exists(o => (Normal(folder) + "/").StartsWith(Normal(o) + "/", StringComparison.Ordinal))) outside.Add(folder);
        }
        return outside;
    }

    private static async Task<HashSet<string>> ReachedAsync(Table now, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var metadata = now.Metadata;
        var files = new TableFiles(now.Storage, metadata, progress);
        var manifests = await files.ManifestsAsync(metadata.Snapshots, cancellation);
        var reached = new HashSet<string>(StringComparer.Ordinal) { Normal(now.Version.Location) };
        reached.UnionWith((await files.DataFilesAsync(manifests.Values, cancellation)).Select(Normal));
        reached.UnionWith(manifests.Keys.Select(Normal));
        reached.UnionWith(metadata.Snapshots.Select(s => s.ManifestList).OfType<string>().Select(Normal));
        reached.UnionWith(metadata.MetadataLog.Select(e => Normal(e.MetadataFile)));
        reached.UnionWith(Statistics(metadata).Select(Normal));
        return reached;
    }

    // Names of files are unique: one that is reached elsewhere is the same file, seen by another way.
    private static void RefuseOtherWriting(Table table, List<StoredFile> unreached, HashSet<string> reached)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in reached) names[path[(path.LastIndexOf('/') + 1)..]] = path;
        foreach (var file in unreached)
        {
            if (!names.TryGetValue(file.Location[(file.Location.LastIndexOf('/') + 1)..], out var path)) continue;
            throw new LakeFormatException($"table {table.Name} has file {path}, and {file.Location} was found; the table's location '{table.Metadata.Location}' must be written as its files are, or no file can be told from an orphan");
        }
    }

    private static IEnumerable<string> Statistics(TableMetadata metadata)
    {
        foreach (var name in (string[])["statistics", "partition-statistics"])
        {
            if (!metadata.Carried.TryGetValue(name, out var text)) continue;
            using var document = JsonDocument.Parse(text);
            foreach (var file in new JsonNode(document.RootElement, name).Items()) yield return file.Required("statistics-path").Text();
        }
    }

    // A table of a namespace that is named as this table lies in its folder: what is below its own metadata is its own.
    private static IEnumerable<StoredFile> WithoutNestedTables(List<StoredFile> seen, string location)
    {
        var nested = seen.Select(f => MetadataFile().Match(Normal(f.Location))).Where(m => m.Success && m.Groups[1].Value != location).Select(m => m.Groups[1].Value + "/").Distinct().ToList();
        return nested.Count == 0 ? seen : seen.Where(f => !nested.Exists(n => Normal(f.Location).StartsWith(n, StringComparison.Ordinal)));
    }

    // One way to write a place that has several.
    private static string Normal(string location)
    {
        if (location.StartsWith("s3a://", StringComparison.Ordinal) || location.StartsWith("s3n://", StringComparison.Ordinal)) return "s3" + location[3..].TrimEnd('/');
        return (location.StartsWith("file:", StringComparison.Ordinal) ? LocalStorage.PathOf(location) : location).TrimEnd('/');
    }

    private static int MetadataNumber(string location)
    {
        var match = MetadataFile().Match(location);
        return match.Success && int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }

    [GeneratedRegex(@"^(.*)/metadata/v?(\d+)[^/]*\.metadata\.json(?:\.gz)?$", RegexOptions.CultureInvariant)]
    private static partial Regex MetadataFile();
}
