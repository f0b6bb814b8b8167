using Apache.Arrow;
using Lake.Commit;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Write;

namespace Lake.Stress;

/// <summary>What a process does to the table, one commit each. Stateless.</summary>
internal static class Jobs
{
    /// <summary>Batches of one writer at most: its numbers begin at as many times its own.</summary>
    private const int WriterBatches = 100_000;

    /// <summary>Appends a batch; the line <c>added N</c> is written once it is committed.</summary>
    public static async Task AppendAsync(Bench bench, int writer, int number)
    {
        var batch = ((long)writer * WriterBatches) + number;
        var ids = new Int64Array.Builder();
        var batches = new Int64Array.Builder();
        for (var i = 0; i < Bench.BatchRows; i++)
        {
            ids.Append((batch * Bench.BatchRows) + i);
            batches.Append(batch);
        }
        using var rows = new RecordBatch.Builder().Append("id", false, ids.Build()).Append("batch", false, batches.Build()).Build();
        await (await bench.LoadAsync()).AppendAsync([rows], CancellationToken.None);
        Console.WriteLine($"added {batch}");
    }

    /// <summary>Rewrites the files that have a batch without it, again until no one comes between; <c>deleting N</c> is written before and <c>deleted N</c> once it is committed.</summary>
    public static async Task DeleteAsync(Bench bench, int writer, int number)
    {
        var batch = ((long)writer * WriterBatches) + number;
        Console.WriteLine($"deleting {batch}");
        while (!await TryRewriteAsync(await bench.LoadAsync(), Filter.Equal("batch", batch), SnapshotOperation.Overwrite, !Filter.Equal("batch", batch)))
        {
        }
        Console.WriteLine($"deleted {batch}");
    }

    /// <summary>Puts all files together into one, where no one comes between.</summary>
    public static async Task CompactAsync(Bench bench)
    {
        if (await TryRewriteAsync(await bench.LoadAsync(), Filter.All, SnapshotOperation.Replace, Filter.All)) Console.WriteLine("compacted");
    }

    // Rewrites the files that may have rows of one filter, with their rows of another.
    private static async Task<bool> TryRewriteAsync(Table table, Filter which, string operation, Filter stays)
    {
        var removed = (await TableScan.Of(table, new ScanRequest { Filter = which }).PlanAsync(CancellationToken.None)).Tasks.Select(t => t.File).ToList();
        if (removed.Count == 0 || (operation == SnapshotOperation.Replace && removed.Count < 2)) return true;
        var paths = removed.Select(f => f.Path).ToHashSet();
        var kept = TableScan.Of(table, new ScanRequest { Filter = stays });
        await using var writer = new TableWriter(table);
        foreach (var task in (await kept.PlanAsync(CancellationToken.None)).Tasks.Where(t => paths.Contains(t.File.Path)))
        {
            await foreach (var batch in kept.ReadAsync(task, CancellationToken.None))
            {
                using (batch) await writer.WriteAsync(batch, CancellationToken.None);
            }
        }
        var change = new TableChange { Operation = operation, IsBased = true, BasedOn = table.Metadata.CurrentSnapshotId, SequenceNumber = table.Metadata.LastSequenceNumber };
        change.Removed.AddRange(removed);
        change.Added.AddRange(await writer.FinishAsync(CancellationToken.None));
        try
        {
            await table.CommitAsync(change, CancellationToken.None);
            return true;
        }
        catch (CommitConflictException)
        {
            return false;
        }
    }
}
