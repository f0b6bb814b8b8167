using DuckDB.NET.Data;
using Lake.Tests.Tables;

namespace Lake.Tests.Foreign;

/// <summary>What other readers find in a table, in a form that can be compared.</summary>
internal static class ForeignTables
{
    /// <summary>The rows of a table of plain columns as icebird reads them, as <see cref="TableModel.Lines"/> has them.</summary>
    public static async Task<List<string>> LinesAsync(Table table)
    {
        var names = table.Schema.Fields.Select(f => f.Name).ToList();
        var rows = await ForeignReaders.ReadTableAsync(table.Metadata.Location);
        return TableModel.Lines(rows.Select(r => names.Select(n => r.TryGetProperty(n, out var value) ? (object?)value.GetString() : null).ToArray()));
    }

    /// <summary>How many rows DuckDB reads from a Parquet file, each of its values looked at.</summary>
    public static long RowsByDuckDb(string file)
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using var command = duck.CreateCommand();
        // Written as text, a row is read whole; a count alone would look at the footer.
        command.CommandText = $"SELECT count(*) FILTER (t::VARCHAR IS NOT NULL) FROM read_parquet('{file}') t";
        return (long)command.ExecuteScalar()!;
    }
}
