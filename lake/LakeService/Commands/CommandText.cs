using System.Globalization;
using Lake;
using Lake.Metadata;
using Lake.Scan;

namespace LakeService.Commands;

/// <summary>How commands write and read times, numbers and snapshots. Pure.</summary>
internal static class CommandText
{
    /// <summary>Longest span: a hundred years.</summary>
    private const int MostDays = 36_500;

    public static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number; a dash where it is not known.</summary>
    public static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    /// <summary>The snapshot that a person names: an id, a branch or tag, or a time.</summary>
    /// <param name="field">What to call it in an error.</param>
    /// <param name="text">What was given.</param>
    /// <exception cref="CommandException">It is none of these.</exception>
    public static ScanRequest Snapshot(TableMetadata metadata, string field, string text)
    {
        if (metadata.Refs.ContainsKey(text)) return new ScanRequest { Reference = text };
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return new ScanRequest { SnapshotId = id };
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return new ScanRequest { AsOf = time };
        throw new CommandException($"{field} is '{text}'; it must be a snapshot id, a branch or tag of the table, or a time as 2025-01-31T12:00:00Z");
    }

    /// <summary>A span of time as people write it: <c>30m</c>, <c>12h</c>, <c>7d</c>.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static TimeSpan Span(string field, string text)
    {
        if (text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var unit = "smhd".IndexOf(text[^1], StringComparison.Ordinal);
            var seconds = unit < 0 ? double.NaN : number * new double[] { 1, 60, 3600, 86_400 }[unit];
            if (seconds <= MostDays * 86_400.0) return TimeSpan.FromSeconds(seconds);
        }
        throw new CommandException($"{field} is '{text}'; it must be a number with s, m, h or d behind it, as 7d, and at most {MostDays}d");
    }

    /// <summary>The <c>AT</c> of a query for a snapshot; empty for the newest.</summary>
    public static string At(ScanRequest request) => request switch
    {
        { SnapshotId: { } id } => string.Create(CultureInfo.InvariantCulture, $" AT (VERSION => {id})"),
        { Reference: { } name } => $" AT (VERSION => {Literal(name)})",
        { AsOf: { } time } => $" AT (TIMESTAMP => '{time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)}')",
        _ => "",
    };

    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A table's name in a query.</summary>
    public static string Name(Table table) => $"{Name(table.Name.Namespace)}.{Name(table.Name.Name)}";
}
