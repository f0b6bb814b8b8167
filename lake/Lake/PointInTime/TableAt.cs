using System.Globalization;
using Lake.Catalog;
using Lake.Query;
using Lake.Scan;

namespace Lake.PointInTime;

/// <summary>A table of the lake at a snapshot. Immutable.</summary>
/// <param name="Name">Which table.</param>
/// <param name="Snapshot">Of the request, snapshot, time and reference count; null for the newest snapshot.</param>
public sealed record TableAt(TableName Name, ScanRequest? Snapshot = null)
{
    /// <summary>The table as a query's FROM has it.</summary>
    internal string Sql(string alias)
    {
        var at = Snapshot switch
        {
            { SnapshotId: { } id } => string.Create(CultureInfo.InvariantCulture, $" AT (VERSION => {id})"),
            { Reference: { } name } => $" AT (VERSION => {DuckText.Literal(name)})",
            { AsOf: { } time } => $" AT (TIMESTAMP => '{time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)}')",
            _ => "",
        };
        return $"{DuckText.Name(Name.Namespace)}.{DuckText.Name(Name.Name)} AS {alias}{at}";
    }
}
