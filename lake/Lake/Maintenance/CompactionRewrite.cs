using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lake.Commit;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;
using Lake.Write;

namespace Lake.Maintenance;

/// <summary>Writes the rows of bins into new files. Used by one thread at a time; works with several.</summary>
/// <param name="table">The table as it was planned on.</param>
/// <param name="head">The snapshot that was planned on.</param>
/// <param name="aim">What files are wanted.</param>
/// <param name="request">How many are written at once.</param>
internal sealed class CompactionRewrite(Table table, Snapshot head, CompactionAim aim, CompactionRequest request)
{
    private readonly FileRows _rows = new(table, table.Schema);

    /// <summary>Bins that are written at once.</summary>
    public int Parallelism { get; } = request.Parallelism ?? Environment.ProcessorCount;

    /// <summary>
    /// A change for each group of bins, which puts its rows into new files. The bins of the next group are begun before the one before is taken, so that no processor waits for a commit.
    /// What was written is deleted where not all of a group could be, and where its change was not taken.
    /// </summary>
    /// <param name="groups">Bins that are committed together.</param>
    /// <param name="fileDone">Called after each file that was read, by any thread.</param>
    /// <param name="cancellation">Ends it between batches of rows.</param>
    public async IAsyncEnumerable<TableChange> RunAsync(IEnumerable<IReadOnlyList<CompactionBin>> groups, Action fileDone, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var slots = new SemaphoreSlim(Parallelism);
        var begun = new Queue<Task<TableChange>>();
        try
        {
            foreach (var group in groups)
            {
                begun.Enqueue(RunAsync(group, slots, fileDone, stop.Token));
                if (begun.Count > (Parallelism == 1 ? 0 : 1)) yield return await begun.Dequeue();
            }
            while (begun.TryDequeue(out var last)) yield return await last;
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var group in begun)
            {
                await ((Task)group).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (group.IsCompletedSuccessfully) await DiscardAsync((await group).Added);
            }
        }
    }

    private async Task<TableChange> RunAsync(IReadOnlyList<CompactionBin> bins, SemaphoreSlim slots, Action fileDone, CancellationToken cancellation)
    {
        var written = new ConcurrentBag<DataFile>();
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation };
            await Parallel.ForEachAsync(bins, options, async (bin, stop) =>
            {
                await slots.WaitAsync(stop);
                try
                {
                    foreach (var file in await WriteAsync(bin, fileDone, stop)) written.Add(file);
                }
                finally
                {
                    slots.Release();
                }
            });
        }
        catch
        {
            await DiscardAsync(written);
            throw;
        }
        var change = new TableChange { Operation = SnapshotOperation.Replace, IsBased = true, BasedOn = head.SnapshotId, SequenceNumber = head.SequenceNumber, Branch = request.Branch };
        change.Added.AddRange(written);
        foreach (var task in bins.SelectMany(b => b.Files))
        {
            change.Removed.Add(task.File);
            // Those about several files stay until none of these is left.
            change.Removed.AddRange(task.Deletes.Where(d => d.Content == FileContent.PositionDeletes && PositionDeletes.OnlyFile(d) == task.File.Path));
        }
        return change;
    }

    /// <summary>Deletes files that no snapshot has; what cannot be deleted now is found as an orphan later.</summary>
    public Task DiscardAsync(IEnumerable<DataFile> files) => UnusedFiles.DeleteAsync(table.Storage, files.Select(f => f.Path));

    private async Task<IReadOnlyList<DataFile>> WriteAsync(CompactionBin bin, Action fileDone, CancellationToken cancellation)
    {
        var options = WriteOptions.Of(table);
        options.TargetFileBytes = aim.MaxBytes;
        options.MaxFileRows = RowsOfFile(bin);
        options.SortOrder = aim.Order;
        options.SortBufferBytes = Math.Clamp(request.SortBytes / Parallelism, 1, int.MaxValue);
        if (bin.Folder.Length > 0)
        {
            options.DataLocation = bin.Folder;
            TierFolders.Apply(table.Metadata, bin.Folder, options.Parquet);
        }
        // Tiers may go by it: a file is as old as its newest rows.
        if (aim.Tiers.Count > 0) options.RowsAddedMs = bin.Files.Max(f => TieringNames.AddedMs(f, table.Metadata));
        // Rows of a file that is laid by the table's spec are all of its partition.
        var partition = bin.SpecId == table.Metadata.DefaultSpecId ? bin.Partition : null;
        await using var writer = new TableWriter(table, options);
        foreach (var task in bin.Files)
        {
            await foreach (var batch in _rows.TakeAsync(task with { Filter = new Expressions.BoundFilter.Constant(true) }, table.Schema.Fields, cancellation))
            {
                using (batch) await writer.AddAsync(batch, partition, cancellation);
            }
            fileDone();
        }
        return await writer.FinishAsync(cancellation);
    }

    // As many files of about the target as the bin's bytes make, each with as many rows.
    private long RowsOfFile(CompactionBin bin)
    {
        var files = bin.Bytes <= aim.MaxBytes ? 1 : (long)Math.Round((double)bin.Bytes / aim.TargetBytes);
        return Math.Max((bin.Rows + files - 1) / files, 1);
    }
}
