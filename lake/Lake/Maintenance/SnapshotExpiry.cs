using Lake.Catalog;
using Lake.Import.Staging;
using Lake.Metadata;

namespace Lake.Maintenance;

/// <summary>
/// Takes snapshots that are past their time out of a table, then deletes the files that only they reached. Safe beside readers of kept snapshots and beside writers: the commit comes
/// first, and a writer that started before it has to start again from what is left. One that is cut off after the commit leaves files that <see cref="OrphanFiles"/> finds.
/// </summary>
/// <param name="table">The table; its newest version is taken.</param>
/// <param name="clock">What time it is.</param>
public sealed class SnapshotExpiry(Table table, TimeProvider clock)
{
    /// <summary>What would go; nothing is changed.</summary>
    public async Task<ExpiryReport> PlanAsync(ExpiryRequest request, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        var decision = new ExpiryPolicy(request).Decide(now.Metadata, NowMs(now.Metadata));
        return decision.IsNothing ? ExpiryReport.Nothing : await ExpiredFiles.FindAsync(now.Storage, now.Metadata, decision, progress, cancellation);
    }

    /// <summary>Takes out what is past its time.</summary>
    /// <param name="request">What stays.</param>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends it; the table is whole at every moment.</param>
    /// <exception cref="CatalogException">The table's <c>gc.enabled</c> is false.</exception>
    public async Task<ExpiryReport> RunAsync(ExpiryRequest request, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        Deletion.RefuseUnlessAllowed(now);
        var policy = new ExpiryPolicy(request);
        var decision = policy.Decide(now.Metadata, NowMs(now.Metadata));
        if (decision.IsNothing) return ExpiryReport.Nothing;
        var before = now.Metadata;
        await now.CommitAsync((metadata, builder) =>
        {
            before = metadata;
            decision = policy.Decide(metadata, NowMs(metadata));
            foreach (var name in decision.Refs) builder.RemoveRef(name);
            DoneImports.Settle(metadata, builder);
            builder.RemoveSnapshots(decision.Snapshots);
        }, cancellation);
        var report = await ExpiredFiles.FindAsync(now.Storage, before, decision, progress, cancellation);
        // From the leaves up: one that is cut off leaves what still says what is left.
        await Deletion.RunAsync(now.Storage, [.. report.DataFiles, .. report.Manifests, .. report.ManifestLists], progress, cancellation);
        return report;
    }

    private long NowMs(TableMetadata metadata) => new MetadataBuilder(metadata, clock).Now;
}
