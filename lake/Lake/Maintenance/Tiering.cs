using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;
using Lake.Write;

namespace Lake.Maintenance;

/// <summary>
/// Moves data files of a table between tiers by the age of their partition (of the file, in tables without time partitions). Each commit puts files of a tier in the place of others for the same rows:
/// readers of any engine see the same table before, between and after, as metadata names files by absolute locations; the old files go with the expiry of snapshots. It may be stopped at any moment and
/// run again: what is moved is not moved twice. The table's storage must reach all tiers.
/// </summary>
/// <param name="table">The table; its newest version is taken.</param>
/// <param name="options">The tiers; copied here.</param>
/// <param name="clock">What time it is.</param>
/// <exception cref="ArgumentException">A setting is wrong.</exception>
public sealed class Tiering(Table table, TieringOptions options, TimeProvider clock)
{
    /// <summary>Archived files that are asked for at once. 8: hides some of the latency of each.</summary>
    private const int RecallsAtOnce = 8;

    private readonly TieringOptions _options = TieringOptionsValidator.Check(options) is { Count: > 0 } errors ? throw new ArgumentException(string.Join("; ", errors), nameof(options)) : options;

    /// <summary>What would move; nothing is changed.</summary>
    public async Task<TieringReport> PlanAsync(CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        return new TieringReport([.. (await DueAsync(now, cancellation)).Select(Move)], 0, 0);
    }

    /// <summary>Moves files to the tiers that they belong to by now.</summary>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends it; the table is whole at every moment.</param>
    /// <exception cref="Commit.CommitConflictException">Others were faster each time.</exception>
    public Task<TieringReport> RunAsync(IProgress<MaintenanceProgress>? progress, CancellationToken cancellation) => MoveAsync(DueAsync, null, progress, cancellation);

    /// <summary>
    /// Moves the files that may have rows of a filter back to the first tier, where they stay for a time whatever their age. Those that are there and would leave before that, by age or as an earlier
    /// restore ends, are written anew in the folder that says how long they stay.
    /// </summary>
    /// <param name="filter">The rows, as by the partition's column.</param>
    /// <param name="stay">How long they stay.</param>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends it; the table is whole at every moment.</param>
    /// <exception cref="FilterException">The filter does not fit the table.</exception>
    /// <exception cref="ArgumentException">The time is not above 0.</exception>
    /// <exception cref="ArchivedFileException">Files are archived; their storage was asked for copies, and when it has made them the same restore moves them.</exception>
    public Task<TieringReport> RestoreAsync(Filter filter, TimeSpan stay, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        if (stay <= TimeSpan.Zero) throw new ArgumentException($"stay is {stay}; it must be above 0", nameof(stay));
        var until = clock.GetUtcNow() + stay;
        return RestoreAsync((now, c) => LeavingAsync(now, filter, until, c), stay, until, progress, cancellation);
    }

    /// <summary>Moves those of some files that are in lower tiers back to the first one, where they stay for a time. Files that the table has not now are passed over.</summary>
    /// <param name="files">Locations of the files.</param>
    /// <param name="stay">How long they stay; above 0.</param>
    /// <param name="cancellation">Ends it; the table is whole at every moment.</param>
    internal Task<TieringReport> RestoreAsync(IReadOnlySet<string> files, TimeSpan stay, CancellationToken cancellation)
    {
        var until = clock.GetUtcNow() + stay;
        return RestoreAsync(LowerAsync, stay, until, null, cancellation);

        async Task<List<TieredFile>> LowerAsync(Table now, CancellationToken c) =>
            [.. (await ToldAsync(now, Filter.All, until.ToUnixTimeMilliseconds(), (tier, _) => tier > 0 ? 0 : null, c)).Where(f => files.Contains(f.Task.File.Path))];
    }

    // Files of which the storage gives no bytes, as they are archived, are asked for, all of them at once.
    private async Task<TieringReport> RestoreAsync(Func<Table, CancellationToken, Task<List<TieredFile>>> find, TimeSpan stay, DateTimeOffset until, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            return await MoveAsync(find, until, progress, cancellation);
        }
        catch (ArchivedFileException e)
        {
            var now = await table.RefreshAsync(cancellation);
            var paths = (await find(now, cancellation)).SelectMany(f => f.Task.Deletes.Prepend(f.Task.File)).Select(f => f.Path).Distinct().ToList();
            var asked = 0;
            await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = RecallsAtOnce, CancellationToken = cancellation }, async (path, stop) =>
            {
                if (await now.Storage.RecallAsync(path, stay, stop)) Interlocked.Increment(ref asked);
            });
            if (asked == 0) throw;
            throw new ArchivedFileException(FormattableString.Invariant($"{asked} of the {paths.Count} files to restore are archived, {e.Location} among them: their storage has been asked for copies; do this again when it has made them, in minutes to hours"), e.Location, e);
        }
    }

    private async Task<TieringReport> MoveAsync(Func<Table, CancellationToken, Task<List<TieredFile>>> find, DateTimeOffset? restoredUntil, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var now = await NamedAsync(await table.RefreshAsync(cancellation), cancellation);
        var (moves, bytesAfter, commits) = (new List<TierMove>(), 0L, 0);
        var total = (await find(now, cancellation)).Count;
        while (true)
        {
            List<TieredFile> part = [];
            var after = 0L;
            // Found anew on each try: files that others took away, or moved, are left out.
            now = await new RowChangeLoop(now).RunAsync(
                async (current, c) =>
                {
                    part = Part(await find(current, c));
                    if (part.Count == 0) return null;
                    var change = await new TieringRewrite(current, _options, new TierFolders(current, _options)).WorkOutAsync(part, restoredUntil, c);
                    after = change.Added.Sum(f => f.FileSizeInBytes);
                    return change;
                },
                [],
                cancellation);
            if (part.Count == 0) return new TieringReport(moves, bytesAfter, commits);
            moves.AddRange(part.Select(Move));
            (bytesAfter, commits) = (bytesAfter + after, commits + 1);
            progress?.Report(new MaintenanceProgress("moving files", moves.Count, Math.Max(total, moves.Count)));
        }
    }

    // Folders of the tiers are named in the table before a file is in one.
    private async Task<Table> NamedAsync(Table now, CancellationToken cancellation)
    {
        if (new TierFolders(now, _options).Missing is not { Count: > 0 } missing) return now;
        return await now.CommitAsync((_, builder) => missing.ToList().ForEach(p => builder.SetProperty(p.Name, p.Value)), cancellation);
    }

    private List<TieredFile> Part(List<TieredFile> files)
    {
        var bytes = 0L;
        return [.. files.TakeWhile((f, i) => (bytes += f.Task.File.FileSizeInBytes) <= _options.CommitBytes || i == 0)];
    }

    private Task<List<TieredFile>> DueAsync(Table now, CancellationToken cancellation) =>
        ToldAsync(now, Filter.All, clock.GetUtcNow().ToUnixTimeMilliseconds(), (tier, due) => due == tier ? null : due, cancellation);

    // Folders tell whole seconds: in the last millisecond before theirs, files that stay until then are still held.
    private Task<List<TieredFile>> LeavingAsync(Table now, Filter filter, DateTimeOffset until, CancellationToken cancellation) =>
        ToldAsync(now, filter, (until.ToUnixTimeSeconds() * 1000) - 1, (tier, due) => tier > 0 || due > 0 ? 0 : null, cancellation);

    private Task<List<TieredFile>> ToldAsync(Table now, Filter filter, long atMs, Func<int, int, int?> choose, CancellationToken cancellation) =>
        Damage.ToldAsync(now, () => FilesAsync(now, filter, atMs, choose, cancellation), cancellation);

    // Those for which a tier is chosen, given theirs and the one that is due at a time; by location, so that each run has the same order.
    private async Task<List<TieredFile>> FilesAsync(Table now, Filter filter, long atMs, Func<int, int, int?> choose, CancellationToken cancellation)
    {
        var policy = new TieringPolicy([.. _options.Tiers.Select(t => t.MinAge)]);
        var folders = new TierFolders(now, _options);
        var plan = await TableScan.Of(now, new ScanRequest { Filter = filter }).PlanAsync(cancellation);
        var tasks = plan.Tasks.ToDictionary(t => t.File.Path, StringComparer.Ordinal);
        var found = new List<TieredFile>();
        if (now.Metadata.CurrentSnapshot is not { } head) return found;
        foreach (var manifest in await ManifestFiles.ListAsync(now.Storage, now.Metadata, head, cancellation))
        {
            if (manifest.Content != ManifestContent.Data) continue;
            foreach (var entry in await ManifestFiles.EntriesAsync(now.Storage, now.Metadata, manifest, cancellation))
            {
                if (!entry.IsAlive || !tasks.TryGetValue(entry.File.Path, out var task)) continue;
                var file = entry.File;
                var (from, addedMs) = (folders.TierOf(file.Path), TieringNames.AddedMs(entry, now.Metadata));
                var timeMs = TieringTime.EndMs(now.Metadata.Spec(file.SpecId), file.Partition, now.Metadata) ?? addedMs;
                if (choose(from, policy.Decide(from, timeMs, TieringNames.RestoredUntilMs(file.Path), atMs)) is { } to) found.Add(new TieredFile(task, addedMs, from, to));
            }
        }
        return [.. found.OrderBy(f => f.Task.File.Path, StringComparer.Ordinal)];
    }

    private TierMove Move(TieredFile file) => new(file.Task.File.Path, file.Task.File.FileSizeInBytes, file.Task.File.RecordCount, _options.Tiers[file.From].Name, _options.Tiers[file.To].Name);
}
