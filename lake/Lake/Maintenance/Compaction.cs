using Lake.Commit;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Write;

namespace Lake.Maintenance;

/// <summary>
/// Rewrites files of a table: small ones together, large ones apart, without the rows that deletes take, by the table's spec and in its order. It commits in groups, so that a run that
/// is cut off keeps what it committed and the next one goes on. Safe beside writers: what they append stays, what they delete stays deleted, and a group whose files they changed is
/// left for the next run.
/// </summary>
/// <param name="table">The table; its newest version is taken.</param>
public sealed class Compaction(Table table)
{
    /// <summary>What would be rewritten; nothing is changed.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<CompactionPlan> PlanAsync(CompactionRequest request, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        if (now.Metadata.HeadOf(request.Branch) is not { } head) return new CompactionPlan([], []);
        var bins = await BinsAsync(now, head, request, CompactionAim.Of(request, now, WriteOptions.Of(now)), cancellation);
        return new CompactionPlan(bins, await UselessDeletes.FindAsync(now, head, cancellation));
    }

    /// <summary>Rewrites them.</summary>
    /// <param name="request">Which, and how.</param>
    /// <param name="progress">Told how far it is, by any thread; null for no one.</param>
    /// <param name="cancellation">Ends it; the table is whole at every moment, and what was written and not committed is deleted.</param>
    /// <exception cref="LakeRequestException">The request has a value that it cannot have.</exception>
    /// <exception cref="FilterException">The filter does not fit the table.</exception>
    /// <exception cref="CommitStateUnknownException">The catalog did not answer; reading the table tells, and another run goes on.</exception>
    public async Task<CompactionReport> RunAsync(CompactionRequest request, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var planned = await table.RefreshAsync(cancellation);
        var report = new CompactionReport();
        if (planned.Metadata.HeadOf(request.Branch) is not { } head) return report;
        var aim = CompactionAim.Of(request, planned, WriteOptions.Of(planned));
        var bins = await BinsAsync(planned, head, request, aim, cancellation);
        var rewrite = new CompactionRewrite(planned, head, aim, request);
        var (done, total) = (0, bins.Sum(b => b.Files.Count));
        void FileDone() => progress?.Report(new MaintenanceProgress("rewriting files", Interlocked.Increment(ref done), total));
        // A commit waits for its slowest bin: as many of them as are written at once, at least.
        var groups = bins.Chunk(Math.Max(rewrite.Parallelism, (bins.Count + request.MaxCommits - 1) / request.MaxCommits));
        await foreach (var change in rewrite.RunAsync(groups, FileDone, cancellation))
        {
            report = await CommitAsync(change, report, rewrite, cancellation);
        }
        return await DropDeletesAsync(request, report, progress, rewrite, cancellation);
    }

    private static async Task<IReadOnlyList<CompactionBin>> BinsAsync(Table now, Snapshot head, CompactionRequest request, CompactionAim aim, CancellationToken cancellation)
    {
        var plan = await ScanPlanner.PlanAsync(now, head, FilterBinder.Bind(request.Filter, now.Schema), cancellation);
        return new CompactionPolicy(request, aim, now.Schema).Decide(plan.Tasks);
    }

    // The planned snapshot's deletes apply to nothing that a newer one has, so that they are looked for when all rows are where they are to be.
    private async Task<CompactionReport> DropDeletesAsync(CompactionRequest request, CompactionReport report, IProgress<MaintenanceProgress>? progress, CompactionRewrite rewrite, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        if (now.Metadata.HeadOf(request.Branch) is not { } head) return report;
        var useless = await UselessDeletes.FindAsync(now, head, cancellation);
        if (useless.Count == 0) return report;
        var change = new TableChange { Operation = SnapshotOperation.Replace, IsBased = true, BasedOn = head.SnapshotId, Branch = request.Branch };
        change.Removed.AddRange(useless);
        progress?.Report(new MaintenanceProgress("dropping delete files", useless.Count, useless.Count));
        return await CommitAsync(change, report, rewrite, cancellation);
    }

    private async Task<CompactionReport> CommitAsync(TableChange change, CompactionReport report, CompactionRewrite rewrite, CancellationToken cancellation)
    {
        try
        {
            // On the newest state: a try on one that others have changed is lost.
            var committed = await (await table.RefreshAsync(cancellation)).CommitAsync(change, cancellation);
            return With(report, change, committed.Metadata.HeadOf(change.Branch)!.SnapshotId);
        }
        catch (CommitConflictException)
        {
            await rewrite.DiscardAsync(change.Added);
            return report with { Conflicts = report.Conflicts + 1 };
        }
        catch (Exception e) when (e is not CommitStateUnknownException)
        {
            await rewrite.DiscardAsync(change.Added);
            throw;
        }
    }

    private static CompactionReport With(CompactionReport report, TableChange change, long snapshotId)
    {
        var gone = change.Removed.Where(f => f.Content == FileContent.Data).ToList();
        return report with
        {
            SnapshotIds = [.. report.SnapshotIds, snapshotId],
            FilesRewritten = report.FilesRewritten + gone.Count,
            FilesAdded = report.FilesAdded + change.Added.Count,
            BytesRewritten = report.BytesRewritten + gone.Sum(f => f.FileSizeInBytes),
            BytesAdded = report.BytesAdded + change.Added.Sum(f => f.FileSizeInBytes),
            DeleteFilesRemoved = report.DeleteFilesRemoved + change.Removed.Count - gone.Count,
        };
    }
}
