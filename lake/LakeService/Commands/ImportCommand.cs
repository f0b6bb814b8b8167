using System.CommandLine;
using System.Globalization;
using Lake.Catalog;
using Lake.Import;

namespace LakeService.Commands;

/// <summary><c>lake import</c>: files into a table.</summary>
internal static class ImportCommand
{
    private static readonly (string Name, ImportFormat Format)[] Formats = [("csv", ImportFormat.Csv), ("jsonl", ImportFormat.JsonLines), ("parquet", ImportFormat.Parquet)];
    private static readonly (string Name, ImportMode Mode)[] Modes = [("append", ImportMode.Append), ("overwrite", ImportMode.Overwrite), ("upsert", ImportMode.Upsert)];
    private static readonly (string Name, UnknownColumns Unknown)[] Unknowns = [("refuse", UnknownColumns.Refuse), ("add", UnknownColumns.Add), ("ignore", UnknownColumns.Ignore)];

    private static readonly Argument<string> Name = new("TABLE") { Description = "namespace.table; made where there is none" };
    private static readonly Argument<string[]> Sources = new("SOURCE") { Description = "Files, folders and patterns as \"data/**/*.csv.gz\", or s3:// locations", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Format = Among("--format", "What the files are; without it, what their names say", Formats.Select(f => f.Name));
    private static readonly Option<string?> Mode = Among("--mode", "What becomes of rows that are there: they stay (append, the default), go (overwrite), or go where a new row has their key (upsert)", Modes.Select(m => m.Name));
    private static readonly Option<string?> Unknown = Among("--unknown-columns", "Columns that the table lacks: refuse (the default), add or ignore", Unknowns.Select(u => u.Name));
    private static readonly Option<string?> Keys = new("--keys") { Description = "Columns that tell rows apart for an upsert, with commas between; without it, the table's identifier fields", HelpName = "COLUMNS" };
    private static readonly Option<string?> Columns = new("--columns") { Description = "Columns of a new table as \"id long not null, at timestamptz\", a name with blanks or signs in double quotes; without it, they are taken from the files", HelpName = "TEXT" };
    private static readonly Option<string?> Partitions = new("--partitions") { Description = "Partitions of a new table, as \"day(at), bucket(16, id)\"", HelpName = "TEXT" };
    private static readonly Option<string?> Order = new("--sort-order") { Description = "Sort order of a new table, as \"shop, at desc\"", HelpName = "TEXT" };
    private static readonly Option<string?> Delimiter = new("--delimiter") { Description = "The character between values of CSV, or tab; without it, what the first line has", HelpName = "CHARACTER" };
    private static readonly Option<bool> NoHeader = new("--no-header") { Description = "CSV files begin with a row, not with names of columns" };
    private static readonly Option<string[]> Nulls = new("--null") { Description = "An unquoted text of CSV that is null, beside the empty one", HelpName = "TEXT" };
    private static readonly Option<string?> Encoding = new("--encoding") { Description = "Encoding of CSV files without a byte order mark; without it, utf-8", HelpName = "NAME" };
    private static readonly Option<bool> Nested = new("--nested-as-json") { Description = "Objects and arrays of JSON become text columns that hold JSON" };
    private static readonly Option<bool> Decimals = new("--decimals") { Description = "Numbers with a point become decimals, not doubles" };
    private static readonly Option<long?> MaxBadRows = new("--max-bad-rows") { Description = "Bad rows beyond which the import stops and leaves nothing; without it, 10000", HelpName = "N" };
    private static readonly Option<double?> MaxBadShare = new("--max-bad-share") { Description = "The same as a share of all rows, 0 to 1; without it, 0.5", HelpName = "SHARE" };
    private static readonly Option<long?> MaxColumn = new("--max-column-mib") { Description = "MiB that a column of a row group of a Parquet file may unpack to (MaxColumnBytes), as that much memory is taken; without it, 1024", HelpName = "MIB" };
    private static readonly Option<string?> Id = new("--id") { Description = "Names the import; the same files again need another. Without it, it follows from table, files and mode", HelpName = "ID" };
    private static readonly Option<bool> Abandon = new("--abandon") { Description = "Forget what an import that is not done has read so far: the same command with it, or TABLE with --id" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only tell the files and the columns" };
    private static readonly Option<bool> Json = new("--json") { Description = "JSON, for programs" };

    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var command = new Command("import", "Brings files into a table, as a whole or not at all. One that was cut off goes on where it stopped when the same command is given again; rows that do not fit go to TABLE_quarantine.\n\n"
            + "Example: lake import shop.orders \"exports/**/*.csv.gz\" --partitions \"day(ordered_at)\" --warehouse /data/lake")
        {
            Name, Sources, Format, Mode, Unknown, Keys, Columns, Partitions, Order, Delimiter, NoHeader, Nulls, Encoding, Nested, Decimals, MaxBadRows, MaxBadShare, MaxColumn, Id, Abandon, DryRun, Json,
        };
        command.SetAction(async (line, cancellation) =>
        {
            var request = Request(line);
            using var lake = LakeProgram.Connect(line, clock, mayBegin: true);
            var import = new TableImport(lake.Catalog, clock, lake.Sources);
            if (line.GetValue(Abandon))
            {
                Tell(output, request, import.IdOf(request), await import.AbandonAsync(request, cancellation), line.GetValue(Json));
                return LakeProgram.Done;
            }
            if (line.GetValue(DryRun))
            {
                Tell(output, await import.PreviewAsync(request, cancellation), line.GetValue(Json));
                return LakeProgram.Done;
            }
            using var progress = new ProgressLine(output, clock);
            ImportReport report;
            try
            {
                report = await import.RunAsync(request, progress, cancellation);
            }
            finally
            {
                progress.End();
            }
            Tell(output, report, line.GetValue(Json));
            return LakeProgram.Done;
        });
        return command;
    }

    private static ImportRequest Request(ParseResult line)
    {
        var text = line.GetRequiredValue(Name);
        if (!TableName.TryParse(text, out var table)) throw new CommandException($"TABLE is '{text}'; it must be namespace.table");
        string[] sources = [.. (line.GetValue(Sources) ?? []).Select(s => CommandText.Place("SOURCE", s))];
        if (sources.Length == 0 && !(line.GetValue(Abandon) && line.GetValue(Id) is not null)) throw new CommandException("SOURCE is not given; there must be one at least, but for --abandon with --id");
        var limit = new BadRowLimit();
        if (line.GetValue(MaxColumn) is < 1 or > long.MaxValue >> 20) throw new CommandException($"--max-column-mib is {line.GetValue(MaxColumn)}; it must be 1 or more, and no more bytes than 64 bits count");
        return new ImportRequest(table, sources)
        {
            Id = line.GetValue(Id),
            Format = Chosen(line.GetValue(Format), Formats, ImportFormat.ByName),
            Mode = Chosen(line.GetValue(Mode), Modes, ImportMode.Append),
            UnknownColumns = Chosen(line.GetValue(Unknown), Unknowns, UnknownColumns.Refuse),
            Keys = line.GetValue(Keys)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Columns = line.GetValue(Columns),
            Partitions = line.GetValue(Partitions),
            SortOrder = line.GetValue(Order),
            Csv = new CsvLayout
            {
                Delimiter = line.GetValue(Delimiter) is { } delimiter ? Character(delimiter) : null,
                HasHeader = !line.GetValue(NoHeader),
                NullTexts = ["", .. line.GetValue(Nulls) ?? []],
                Encoding = line.GetValue(Encoding) ?? "utf-8",
            },
            Json = new JsonLayout { KeepsNestedAsJson = line.GetValue(Nested) },
            FractionsAreDecimals = line.GetValue(Decimals),
            BadRows = limit with { MaxRows = line.GetValue(MaxBadRows) ?? limit.MaxRows, MaxShare = line.GetValue(MaxBadShare) ?? limit.MaxShare },
            MaxColumnBytes = (line.GetValue(MaxColumn) ?? 1024) << 20,
        };
    }

    private static void Tell(CommandOutput output, ImportPreview preview, bool json)
    {
        if (json)
        {
            output.WriteJson(new { preview.Id, preview.Files, preview.Bytes, preview.IsNewTable, Columns = preview.Schema.Fields.Select(f => new { f.Name, Type = f.Type.ToString(), f.IsRequired }) });
            return;
        }
        output.Line(Text($"{preview.Files.Count} files of {preview.Bytes} bytes into a table that {(preview.IsNewTable ? "would be made" : "is there")}, import {preview.Id}"));
        foreach (var file in preview.Files) output.Line($"  {file}");
        output.Columns([["COLUMN", "TYPE", "REQUIRED"], .. preview.Schema.Fields.Select(f => (string[])[f.Name, f.Type.ToString() ?? "", f.IsRequired ? "yes" : "no"])]);
    }

    private static void Tell(CommandOutput output, ImportReport report, bool json)
    {
        if (json)
        {
            var table = report.Table.Name.ToString();
            output.WriteJson(new { report.Id, Table = table, report.Files, report.Bytes, report.Rows, report.BadRows, Quarantine = report.Quarantine?.ToString(), report.WasDone, report.ResumedAtRow, Seconds = report.Elapsed.TotalSeconds });
            return;
        }
        output.Line(report.WasDone
            ? Text($"import {report.Id} was done before, with {report.Rows} rows of {report.Files} files; another --id would load them again")
            : Text($"{report.Rows} rows of {report.Files} files into {report.Table.Name} in {report.Elapsed.TotalSeconds:F1} s, import {report.Id}"));
        if (report.ResumedAtRow > 0) output.Line(Text($"an earlier run had read {report.ResumedAtRow} rows"));
        if (report.BadRows > 0) output.Line(Text($"{report.BadRows} bad rows are in {report.Quarantine}, with what was wrong"));
    }

    private static void Tell(CommandOutput output, ImportRequest request, string id, bool wasBegun, bool json)
    {
        if (json) output.WriteJson(new { Id = id, Table = request.Table.ToString(), WasBegun = wasBegun });
        else output.Line(wasBegun ? $"import {id} into {request.Table} is abandoned; what it had read goes by the next expiry of snapshots" : $"import {id} into {request.Table} has nothing that is not done; nothing is changed");
    }

    private static Option<string?> Among(string name, string description, IEnumerable<string> values)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong([.. values]);
        return option;
    }

    private static T Chosen<T>(string? name, (string Name, T Value)[] choices, T otherwise) => name is null ? otherwise : Array.Find(choices, c => c.Name == name).Value;

    private static char Character(string text) => text switch
    {
        [var one] => one,
        "tab" or "\\t" => '\t',
        _ => throw new CommandException($"--delimiter is '{text}'; it must be one character, or tab"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
