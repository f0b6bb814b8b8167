using System.CommandLine;
using System.Globalization;
using Lake.Query;
using Lake.Query.Output;

namespace LakeService.Commands;

/// <summary><c>lake export</c>: a table's rows as a file.</summary>
internal static class ExportCommand
{
    private const string Piped = "-";

    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var to = new Option<string>("--to") { Description = "File, or folder in which the file has the table's name, written whole or not at all; - writes to the output, as the rows come", Required = true, HelpName = "FILE|FOLDER|-" };
        var format = new Option<string?>("--format") { Description = "csv, parquet, arrow or jsonl; without it, what the file's name says", HelpName = "FORMAT" };
        var at = new Option<string?>("--at") { Description = "Snapshot id, branch, tag or time; without it, the newest", HelpName = "SNAPSHOT" };
        var where = new Option<string?>("--where") { Description = "Condition on the rows, as SQL", HelpName = "SQL" };
        var command = new Command("export", "Writes a table's rows to a file.\n\nExample: lake export shop.orders --to orders.parquet --at 2025-01-31 --where \"amount > 10\" --warehouse /data/lake") { name, to, format, at, where };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var table = await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation);
            if (line.GetRequiredValue(to) == Piped && line.GetValue(format) is not ("csv" or "jsonl")) throw new CommandException($"--to is - and --format is '{line.GetValue(format)}'; rows are written to the output as csv or jsonl");
            var (path, chosen) = Target(line.GetRequiredValue(to), line.GetValue(format), table.Name.Name);
            var snapshot = line.GetValue(at) is { } text ? CommandText.At(CommandText.Snapshot(table.Metadata, "--at", text)) : "";
            // Parentheses, and a new line before the last one: the condition stays one, whatever it ends with.
            var sql = $"SELECT * FROM {CommandText.Name(table)}{snapshot}{(line.GetValue(where) is { } condition ? $" WHERE ({condition}\n)" : "")}";
            var restore = lake.ReadRestore(clock);
            IReadOnlyList<QueryRead> reads;
            await using (var result = await lake.Query(new QueryLimits(), clock).RunAsync(sql, cancellation))
            {
                reads = result.Reads;
                await WriteAsync(result, chosen, path, output, clock, cancellation);
            }
            await ReadFiles.RestoreAsync(restore, reads, output, cancellation);
            return LakeProgram.Done;
        });
        return command;
    }

    private static async Task WriteAsync(QueryRows result, RowFormat format, string path, CommandOutput output, TimeProvider clock, CancellationToken cancellation)
    {
        if (path == Piped)
        {
            await PipeAsync(result, format, output, clock, cancellation);
            return;
        }
        var rows = await SqlCommand.ToFileAsync(result, format, path, output, clock, cancellation);
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{rows} rows to {path}"));
    }

    // How far it is, and how many rows there were, go among the errors: the output is the rows.
    private static async Task PipeAsync(QueryRows result, RowFormat format, CommandOutput output, TimeProvider clock, CancellationToken cancellation)
    {
        using var progress = new ProgressLine(output, clock);
        var rows = await result.WriteToAsync(format, output.Stream, progress, cancellation);
        progress.End();
        await output.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rows} rows"));
    }

    private static (string Path, RowFormat Format) Target(string to, string? format, string table)
    {
        var isFolder = Directory.Exists(to) || to.EndsWith('/');
        var chosen = format is { } name ? RowFormats.Parse(name) : isFolder ? null : RowFormats.OfFile(to);
        if (chosen is not { } known) throw new CommandException($"--to is '{to}' and --format is not given; one must say csv, parquet, arrow or jsonl");
        if (!isFolder) return (to, known);
        Directory.CreateDirectory(to);
        return (Path.Combine(to, $"{table}.{RowFormats.Extension(known)}"), known);
    }
}
