using Lake.Commit;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;

namespace Lake.Maintenance;

/// <summary>
/// Writes a table's manifests anew: small ones together, files of one partition side by side, so that plans leave out the manifests of others. Data stays as it is, and each file keeps
/// its snapshot and its numbers. Safe beside writers: what they append stays, and where they change a manifest that is being rewritten it is done again. Holds all files of a spec in memory.
/// </summary>
/// <param name="table">The table; its newest version is taken.</param>
public sealed class ManifestRewrite(Table table)
{
    /// <summary>What would be rewritten; nothing is changed.</summary>
    /// <param name="request">Which, and how.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="LakeRequestException">The request has a value that it cannot have.</exception>
    public async Task<ManifestRewriteReport> PlanAsync(ManifestRewriteRequest request, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        var groups = await GroupsAsync(now, request, cancellation);
        return new ManifestRewriteReport(groups.Sum(g => g.Count), 0, groups.Sum(g => g.Sum(FilesOf)), null);
    }

    /// <summary>Rewrites them, in one commit.</summary>
    /// <param name="request">Which, and how.</param>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends it; the table is whole at every moment, and what was written and not committed is deleted.</param>
    /// <exception cref="LakeRequestException">The request has a value that it cannot have.</exception>
    /// <exception cref="CommitConflictException">Others were faster each time.</exception>
    /// <exception cref="LakeFormatException">A manifest is damaged or gone; the message says what to do.</exception>
    public async Task<ManifestRewriteReport> RunAsync(ManifestRewriteRequest request, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var policy = new BackoffPolicy(CommitOptions.Of(table.Metadata.Properties));
        for (var tries = 1; ; tries++)
        {
            var now = await table.RefreshAsync(cancellation);
            var groups = await GroupsAsync(now, request, cancellation);
            if (groups.Count == 0) return new ManifestRewriteReport(0, 0, 0, null);
            var change = new TableChange { Operation = SnapshotOperation.Replace, Branch = request.Branch };
            try
            {
                foreach (var group in groups) await Damage.ToldAsync(now, () => WriteAsync(now, group, request, change, progress, cancellation), cancellation);
                var committed = await now.CommitAsync(change, cancellation);
                return new ManifestRewriteReport(change.OldManifests.Count, change.NewManifests.Count, change.NewManifests.Sum(FilesOf), committed.Metadata.HeadOf(request.Branch)!.SnapshotId);
            }
            catch (Exception e) when (e is not CommitStateUnknownException)
            {
                await UnusedFiles.DeleteAsync(table.Storage, change.NewManifests.Select(m => m.Path));
                if (e is not CommitConflictException || policy.Next(tries, Random.Shared.NextDouble()) is not { } wait) throw;
                await Task.Delay(wait, now.Clock, cancellation);
            }
        }
    }

    private static async Task<List<List<ManifestFile>>> GroupsAsync(Table now, ManifestRewriteRequest request, CancellationToken cancellation)
    {
        var policy = new ManifestRewritePolicy(TargetOf(now, request));
        if (now.Metadata.HeadOf(request.Branch) is not { } head) return [];
        var manifests = await Damage.ToldAsync(now, () => ManifestFiles.ListAsync(now.Storage, now.Metadata, head, cancellation), cancellation);
        return [.. manifests.Where(m => m.HasAliveFiles).GroupBy(m => (m.SpecId, m.Content)).Select(g => g.ToList()).Where(g => policy.IsWorthIt(g, now.Metadata.PartitionType(g[0].SpecId)))];
    }

    private static async Task WriteAsync(Table now, List<ManifestFile> group, ManifestRewriteRequest request, TableChange change, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var entries = new List<ManifestEntry>();
        foreach (var manifest in group)
        {
            entries.AddRange((await ManifestFiles.EntriesAsync(now.Storage, now.Metadata, manifest, cancellation)).Where(e => e.IsAlive).Select(e => e with { Status = EntryStatus.Existing }));
            change.OldManifests.Add(manifest);
            progress?.Report(new MaintenanceProgress("reading manifests", change.OldManifests.Count, group.Count));
        }
        if (entries.Count == 0) return;
        var spec = now.Metadata.Spec(group[0].SpecId);
        var schema = now.Metadata.SchemaFor(spec);
        var partition = now.Metadata.PartitionType(spec.SpecId);
        var count = new ManifestRewritePolicy(TargetOf(now, request)).ManifestsFor(group);
        // Files of one partition stay in the order of their commits.
        var ordered = entries.OrderBy(e => e.File.Partition, Comparer<PartitionTuple>.Create((x, y) => ManifestRewritePolicy.Compare(partition, x, y))).ThenBy(e => e.SequenceNumber);
        foreach (var chunk in ordered.Chunk((entries.Count + count - 1) / count))
        {
            var writer = new ManifestWriter(spec, schema, group[0].Content);
            foreach (var entry in chunk) writer.Add(entry);
            // All numbers stand in the entries: the line in the list gets those of the commit when it is made.
            change.NewManifests.Add(await writer.WriteAsync(now.Storage, $"{now.Metadata.MetadataFolder}/m-{Guid.NewGuid():D}.avro", 0, 0, cancellation));
            progress?.Report(new MaintenanceProgress("writing manifests", change.NewManifests.Count, count));
        }
    }

    private static long TargetOf(Table now, ManifestRewriteRequest request)
    {
        var target = request.TargetBytes ?? CommitOptions.Of(now.Metadata.Properties).ManifestBytes;
        return target > 0 ? target : throw new LakeRequestException($"TargetBytes is {target}; it must be above 0");
    }

    private static long FilesOf(ManifestFile manifest) => (manifest.AddedFilesCount ?? 0) + (manifest.ExistingFilesCount ?? 0);
}
