using Lake.Evolution;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Write;

namespace Lake.Stress;

/// <summary>What a process does to the table. Stateless.</summary>
internal static class Jobs
{
    /// <summary>Batches of one writer at most: its numbers begin at as many times its own.</summary>
    private const int WriterBatches = 100_000;

    /// <summary>Appends a batch; the line <c>added N</c> is written once it is committed.</summary>
    public static async Task AppendAsync(Bench bench, int writer, int number)
    {
        var batch = ((long)writer * WriterBatches) + number;
        await bench.AppendAsync(batch);
        Console.WriteLine($"added {batch}");
    }

    /// <summary>Deletes a batch, by rewriting its files and by marking its rows in turns; <c>deleting N</c> is written before and <c>deleted N</c> once it is committed.</summary>
    public static async Task DeleteAsync(Bench bench, int writer, int number)
    {
        var batch = ((long)writer * WriterBatches) + number;
        Console.WriteLine($"deleting {batch}");
        var request = new RowChangeRequest { Mode = number % 2 == 0 ? RowDeleteMode.CopyOnWrite : RowDeleteMode.MergeOnRead };
        await (await bench.LoadAsync()).DeleteAsync(Filter.Equal("batch", batch), request, CancellationToken.None);
        Console.WriteLine($"deleted {batch}");
    }

    /// <summary>Puts files together, sorts them and rewrites manifests in turns; what others come between is left to the next turn.</summary>
    public static async Task CompactAsync(Bench bench, int number)
    {
        var table = await bench.LoadAsync();
        if (number % 3 == 2)
        {
            await new ManifestRewrite(table).RunAsync(new ManifestRewriteRequest { TargetBytes = 20_000 }, null, CancellationToken.None);
            Console.WriteLine("rewritten");
            return;
        }
        // A file is to have some ten batches, so that a run has several bins and commits.
        var request = new CompactionRequest { TargetFileBytes = 20_000, MinInputFiles = 2, MaxDeleteFiles = 0, MaxCommits = 3, Parallelism = 1 };
        if (number % 3 == 1) request = request with { Strategy = CompactionStrategy.Sort, SortBy = [new SortColumn("id") { IsDescending = true }] };
        var report = await new Compaction(table).RunAsync(request, null, CancellationToken.None);
        Console.WriteLine($"compacted by {report.SnapshotIds.Count} commits");
    }

    /// <summary>Deletes files that nothing names, as they would be in a month.</summary>
    public static async Task OrphansAsync(Bench bench)
    {
        var report = await new OrphanFiles(await bench.LoadAsync(), new LaterTime(TimeSpan.FromDays(30))).RunAsync(OrphanFiles.DefaultAge, null, CancellationToken.None);
        Console.WriteLine($"deleted {report.Orphans.Count} of {report.FilesSeen} files");
    }

    /// <summary>Forgets all snapshots but the newest, and deletes what they alone reached.</summary>
    public static async Task ExpireAsync(Bench bench)
    {
        var report = await new SnapshotExpiry(await bench.LoadAsync(), TimeProvider.System).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero, MinSnapshotsToKeep = 1 }, null, CancellationToken.None);
        Console.WriteLine($"expired {report.SnapshotIds.Count} snapshots");
    }
}
