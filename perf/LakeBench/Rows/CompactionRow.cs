using Lake;
using Lake.Commit;
using Lake.Evolution;
using Lake.Maintenance;
using Lake.Metadata;
using Lake.Write;
using LakeBench.Results;
using LakeBench.Sides;

namespace LakeBench.Rows;

/// <summary>Compaction of 2,000 files of 0.1 MB, commit and fsync included, against DuckDB reading the same files and writing files of the same codec and size.</summary>
internal sealed class CompactionRow : IBenchRow
{
    private const int Files = 2000;

    /// <summary>Rows of a file. 9,500: they make 0.1 MB.</summary>
    private const int FileRows = 9500;

    /// <summary>Bytes that both sides' files are to have. 32 MB: some six files, so that both sides have work for each processor.</summary>
    private const long TargetBytes = 32_000_000;

    public string Name => "compaction";

    public async Task<IReadOnlyList<BenchLine>> RunAsync(BenchPlace place)
    {
        var table = await FilledAsync(place);
        var filled = table.Metadata.CurrentSnapshotId!.Value;
        var small = long.Parse(table.Metadata.CurrentSnapshot!.Summary["total-files-size"], System.Globalization.CultureInfo.InvariantCulture);
        var output = Path.Combine(place.Folder, "duck");
        var (input, compacted) = (Path.Combine(table.Metadata.Location, "data"), Path.Combine(place.Folder, "compacted"));
        table = await table.CommitAsync((_, builder) => builder.SetProperty("write.data.path", compacted), CancellationToken.None);
        using var duck = new DuckDb();
        var report = new CompactionReport();
        var times = await Rounds.MediansAsync(
            place.Rounds,
            (async () => table = await RestoredAsync(table, filled, compacted), async () => report = await new Compaction(table).RunAsync(new CompactionRequest { TargetFileBytes = TargetBytes }, null, CancellationToken.None)),
            (() => Cleared(output), () =>
            {
                duck.Run($"COPY (SELECT * FROM read_parquet('{input}/*.parquet')) TO '{output}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, FILE_SIZE_BYTES {TargetBytes})");
                return Task.CompletedTask;
            }));
        var duckFiles = new DirectoryInfo(output).GetFiles();
        var note = $"{report.FilesRewritten} files of {small / Files >> 10} KiB to {report.FilesAdded} of {report.BytesAdded / report.FilesAdded >> 10} KiB; DuckDB's {duckFiles.Length} of {duckFiles.Sum(f => f.Length) / duckFiles.Length >> 10} KiB";
        return [new BenchLine($"compaction of {Files:N0} files of 0.1 MB, {(long)Files * FileRows:N0} rows", times[0], ("DuckDB read + write", times[1]), 1.5, note)];
    }

    private static async Task<Table> FilledAsync(BenchPlace place)
    {
        var table = await place.CreateAsync("bench.small", new TableDefinition(Payments.Schema));
        var batches = Payments.Batches(Payments.Columns(FileRows * 100), FileRows);
        var change = new TableChange { Operation = SnapshotOperation.Append };
        var options = WriteOptions.Of(table);
        options.MaxFileRows = FileRows;
        await using var writer = new TableWriter(table, options);
        for (var turn = 0; turn < Files / 100; turn++)
        {
            foreach (var batch in batches) await writer.WriteAsync(batch, CancellationToken.None);
        }
        change.Added.AddRange(await writer.FinishAsync(CancellationToken.None));
        return await table.CommitAsync(change, CancellationToken.None);
    }

    // By metadata alone; what the round before wrote goes, so that disks do not fill.
    private static async Task<Table> RestoredAsync(Table table, long snapshotId, string compacted)
    {
        await Cleared(compacted);
        return await (await table.RefreshAsync(CancellationToken.None)).RollbackAsync(snapshotId, CancellationToken.None);
    }

    private static Task Cleared(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}
