using System.CommandLine;
using Lake.Query;
using Lake.Query.Output;

namespace LakeService.Commands;

/// <summary><c>lake sql</c>: a query over the tables.</summary>
internal static class SqlCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var sql = new Argument<string>("SQL") { Description = "One query; - reads it from the input" };
        var format = new Option<string?>("--format") { Description = "table (default), csv, jsonl, parquet or arrow", HelpName = "FORMAT" };
        var file = new Option<string?>("--out") { Description = "File to write, whole or not at all; parquet and arrow need one", HelpName = "FILE" };
        var rows = new Option<long?>("--max-rows") { Description = "Rows at most; more are an error", HelpName = "N" };
        var timeout = new Option<string?>("--timeout") { Description = "Time at most, as 30s or 5m", HelpName = "TIME" };
        var memory = new Option<long?>("--memory") { Description = "MiB that the engine holds at most, beyond which it spills to disk; 2048 without it", HelpName = "MIB" };
        var verbose = new Option<bool>("--verbose") { Description = "Tell, among the errors, which snapshots and how many files are read" };
        var command = new Command("sql", "Runs a query over tables, as they are or as they were.\n\n"
            + "Example: lake sql \"SELECT shop, sum(amount) FROM shop.orders AT (VERSION => 'main') GROUP BY shop\" --warehouse /data/lake")
        {
            sql, format, file, rows, timeout, memory, verbose,
        };
        command.SetAction(async (line, cancellation) =>
        {
            var path = line.GetValue(file);
            var chosen = line.GetValue(format) is { } name ? RowFormats.Parse(name) : path is null ? RowFormat.Table : RowFormats.OfFile(path) ?? RowFormat.Csv;
            if (path is null && chosen is RowFormat.Parquet or RowFormat.Arrow) throw new CommandException($"--format is {RowFormats.Extension(chosen)} and --out is not given; such a file needs a name");
            var limits = new QueryLimits { Rows = line.GetValue(rows), Time = line.GetValue(timeout) is { } text ? CommandText.Span("--timeout", text, (int)QueryLimits.MostTime.TotalDays) : null };
            if (line.GetValue(memory) is < 64 or > long.MaxValue >> 20) throw new CommandException($"--memory is {line.GetValue(memory)}; it must be 64 MiB or more, and no more bytes than 64 bits count");
            if (line.GetValue(memory) is { } mib) limits = limits with { MemoryBytes = mib << 20 };
            using var lake = LakeProgram.Connect(line, clock);
            var query = line.GetRequiredValue(sql);
            if (query == "-") query = await Console.In.ReadToEndAsync(cancellation);
            var restore = lake.ReadRestore(clock);
            IReadOnlyList<QueryRead> reads;
            await using (var result = await lake.Query(limits, clock).RunAsync(query, cancellation))
            {
                reads = result.Reads;
                if (line.GetValue(verbose))
                {
                    foreach (var r in reads) await output.Error.WriteLineAsync($"reads {r.Table} at snapshot {CommandText.Number(r.SnapshotId)}: {r.Files} files, {r.FilesSkipped} files and {r.ManifestsSkipped} manifests left out");
                }
                if (path is null) await result.WriteToAsync(chosen, output.Stream, null, cancellation);
                else await ToFileAsync(result, chosen, path, output, clock, cancellation);
            }
            await ReadFiles.RestoreAsync(restore, reads, output, cancellation);
            return LakeProgram.Done;
        });
        return command;
    }

    /// <summary>Writes all rows to a file, with progress. How many there were.</summary>
    public static async Task<long> ToFileAsync(QueryRows rows, RowFormat format, string path, CommandOutput output, TimeProvider clock, CancellationToken cancellation)
    {
        using var file = new OutputFile(path);
        using var progress = new ProgressLine(output, clock);
        try
        {
            var count = await rows.WriteToAsync(format, file.Stream, progress, cancellation);
            file.Commit();
            return count;
        }
        finally
        {
            progress.End();
        }
    }
}
