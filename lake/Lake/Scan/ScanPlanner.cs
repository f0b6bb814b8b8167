using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;

namespace Lake.Scan;

/// <summary>Finds the files of a scan and the deletes of each. Stateless.</summary>
internal static class ScanPlanner
{
    /// <exception cref="LakeFormatException">A manifest is damaged or gone; the message says what to do.</exception>
    public static Task<ScanPlan> PlanAsync(Table table, Snapshot? snapshot, BoundFilter filter, CancellationToken cancellation) =>
        Damage.ToldAsync(table, () => FindAsync(table, snapshot, filter, cancellation), cancellation);

    private static async Task<ScanPlan> FindAsync(Table table, Snapshot? snapshot, BoundFilter filter, CancellationToken cancellation)
    {
        if (snapshot is null) return new ScanPlan([], 0, 0, 0);
        var metadata = table.Metadata;
        var (read, skipped, filesSkipped) = (0, 0, 0);
        var matcher = new FileMatcher(metadata, filter);
        var data = new List<(ManifestEntry Entry, Match Match)>();
        var index = new DeleteIndex(metadata);
        foreach (var manifest in await ManifestFiles.ListAsync(table.Storage, metadata, snapshot, cancellation))
        {
            if (!manifest.HasAliveFiles || matcher.Of(manifest) == Match.None)
            {
                skipped++;
                continue;
            }
            read++;
            // Deletes are about more than what their partition tells: an equality delete of no partition is about all.
            var isWanted = manifest.Content == ManifestContent.Data ? matcher.Partitions(manifest.SpecId) : null;
            await ManifestFiles.VisitAsync(table.Storage, metadata, manifest, isWanted, Take, cancellation);
        }
        var tasks = new List<FileScanTask>(data.Count);
        foreach (var (entry, match) in data)
        {
            tasks.Add(new FileScanTask(entry.File, entry.SequenceNumber ?? 0, index.For(entry), match == Match.All ? new BoundFilter.Constant(true) : filter));
        }
        return new ScanPlan(tasks, read, skipped, filesSkipped);

        void Take(ManifestEntry? entry)
        {
            if (entry is null) filesSkipped++;
            else if (!entry.IsAlive) return;
            // Bounds of position deletes are of paths and positions, not of the table's columns.
            else if (entry.File.Content != FileContent.Data) index.Add(entry);
            else if (matcher.Of(entry.File) is var match && match == Match.None) filesSkipped++;
            else data.Add((entry, match));
        }
    }
}
