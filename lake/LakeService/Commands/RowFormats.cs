using Lake.Query.Output;

namespace LakeService.Commands;

/// <summary>Names of the ways that rows are written. Pure.</summary>
internal static class RowFormats
{
    /// <exception cref="CommandException">There is no such format.</exception>
    public static RowFormat Parse(string text) => text switch
    {
        "table" => RowFormat.Table,
        "csv" => RowFormat.Csv,
        "jsonl" => RowFormat.JsonLines,
        "parquet" => RowFormat.Parquet,
        "arrow" => RowFormat.Arrow,
        _ => throw new CommandException($"--format is '{text}'; it must be table, csv, jsonl, parquet or arrow"),
    };

    /// <summary>The format that a file's name asks for; null where it asks for none.</summary>
    public static RowFormat? OfFile(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => RowFormat.Csv,
        ".jsonl" or ".ndjson" => RowFormat.JsonLines,
        ".parquet" => RowFormat.Parquet,
        ".arrow" => RowFormat.Arrow,
        ".txt" => RowFormat.Table,
        _ => null,
    };

    public static string Extension(RowFormat format) => format switch
    {
        RowFormat.Csv => "csv",
        RowFormat.JsonLines => "jsonl",
        RowFormat.Parquet => "parquet",
        RowFormat.Arrow => "arrow",
        _ => "txt",
    };
}
