using Lake.Catalog;
using Lake.Import.Staging;
using Lake.Metadata;
using Lake.Scan;

namespace Lake.Maintenance;

/// <summary>
/// Takes snapshots that are past their time out of a table, then deletes the files that only they reached. Safe beside readers of kept snapshots and beside writers: the commit comes
/// before any deletion, and a writer that started before it has to start again from what is left. One that is cut off after the commit leaves files that <see cref="OrphanFiles"/> finds.
/// Where a file that tells what kept snapshots reach is damaged or gone, nothing is done; those of snapshots that go are not needed.
/// </summary>
/// <param name="table">The table; its newest version is taken.</param>
/// <param name="clock">What time it is.</param>
public sealed class SnapshotExpiry(Table table, TimeProvider clock)
{
    /// <summary>What would go; nothing is changed.</summary>
    /// <exception cref="LakeFormatException">A file of a kept snapshot is damaged or gone; the message says what to do.</exception>
    public async Task<ExpiryReport> PlanAsync(ExpiryRequest request, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        var decision = new ExpiryPolicy(request).Decide(now.Metadata, NowMs(now.Metadata));
        return decision.IsNothing ? ExpiryReport.Nothing : await FindAsync(now, now.Metadata, decision, progress, cancellation);
    }

    /// <summary>Takes out what is past its time.</summary>
    /// <param name="request">What stays.</param>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends it; the table is whole at every moment.</param>
    /// <exception cref="CatalogException">The table's <c>gc.enabled</c> is false.</exception>
    /// <exception cref="LakeFormatException">A file of a kept snapshot is damaged or gone; the message says what to do, and nothing was done.</exception>
    /// <exception cref="IOException">The storage failed; the message says whether the snapshots are out.</exception>
    public async Task<ExpiryReport> RunAsync(ExpiryRequest request, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        Deletion.RefuseUnlessAllowed(now);
        var policy = new ExpiryPolicy(request);
        var decision = policy.Decide(now.Metadata, NowMs(now.Metadata));
        if (decision.IsNothing) return ExpiryReport.Nothing;
        // First: what cannot be told now could not be told either when the snapshots are out.
        var report = await FindAsync(now, now.Metadata, decision, progress, cancellation);
        var before = now.Metadata;
        await now.CommitAsync((metadata, builder) =>
        {
            if (!ReferenceEquals(metadata, before)) decision = policy.Decide(metadata, NowMs(metadata));
            before = metadata;
            foreach (var name in decision.Refs) builder.RemoveRef(name);
            DoneImports.Settle(metadata, builder);
            builder.RemoveSnapshots(decision.Snapshots);
        }, cancellation);
        try
        {
            if (!ReferenceEquals(before, now.Metadata)) report = await FindAsync(now, before, decision, progress, cancellation);
            // From the leaves up: one that is cut off leaves what still says what is left.
            await Deletion.RunAsync(now.Storage, [.. report.DataFiles, .. report.Manifests, .. report.ManifestLists], progress, cancellation);
            return report;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LakeFormatException)
        {
            throw new IOException($"{decision.Snapshots.Count} snapshots are out of table {now.Name}, and not all files that only they reached are deleted: {e.Message}. Orphan removal deletes the rest: lake orphans {now.Name}", e);
        }
    }

    private static Task<ExpiryReport> FindAsync(Table now, TableMetadata before, ExpiryDecision decision, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation) => Damage.ToldAsync(
        now, () => ExpiredFiles.FindAsync(now.Storage, before, decision, progress, cancellation), cancellation, "Of a snapshot that goes it would not be needed: let that one expire, too");

    private long NowMs(TableMetadata metadata) => new MetadataBuilder(metadata, clock).Now;
}
