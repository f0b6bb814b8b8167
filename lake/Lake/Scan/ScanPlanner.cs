using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;

namespace Lake.Scan;

/// <summary>Finds the files of a scan and the deletes of each. Stateless.</summary>
internal static class ScanPlanner
{
    public static async Task<ScanPlan> PlanAsync(Table table, Snapshot? snapshot, BoundFilter filter, CancellationToken cancellation)
    {
        if (snapshot is null) return new ScanPlan([], 0, 0, 0);
        var metadata = table.Metadata;
        var (read, skipped, filesSkipped) = (0, 0, 0);
        var data = new List<ManifestEntry>();
        var index = new DeleteIndex(metadata);
        foreach (var manifest in await ManifestFiles.ListAsync(table.Storage, metadata, snapshot, cancellation))
        {
            if (!manifest.HasAliveFiles || FileMatch.Of(metadata, manifest, filter) == Match.None)
            {
                skipped++;
                continue;
            }
            read++;
            foreach (var entry in await ManifestFiles.EntriesAsync(table.Storage, metadata, manifest, cancellation))
            {
                if (!entry.IsAlive) continue;
                // Bounds of position deletes are of paths and positions, not of the table's columns.
                if (entry.File.Content != FileContent.Data) index.Add(entry);
                else if (FileMatch.Of(metadata, entry.File, filter) == Match.None) filesSkipped++;
                else data.Add(entry);
            }
        }
        var tasks = new List<FileScanTask>(data.Count);
        foreach (var entry in data)
        {
            var rest = FileMatch.Of(metadata, entry.File, filter) == Match.All ? new BoundFilter.Constant(true) : filter;
            tasks.Add(new FileScanTask(entry.File, entry.SequenceNumber ?? 0, index.For(entry), rest));
        }
        return new ScanPlan(tasks, read, skipped, filesSkipped);
    }
}
