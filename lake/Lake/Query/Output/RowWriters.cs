using Apache.Arrow;
using Lake.Files.Parquet;

namespace Lake.Query.Output;

/// <summary>Makes writers of rows, and runs queries into them. Stateless.</summary>
public static class RowWriters
{
    public static IRowWriter Create(RowFormat format, Schema schema, Stream stream) => format switch
    {
        RowFormat.Table => new TableTextWriter(schema, stream),
        RowFormat.Csv => new CsvWriter(schema, stream),
        RowFormat.JsonLines => new JsonLinesWriter(schema, stream),
        RowFormat.Parquet => new ParquetRowWriter(schema, stream),
        _ => new ArrowFileRowWriter(schema, stream),
    };

    /// <summary>Writes all rows of a query; no more than some batches are held at once. How many there were.</summary>
    /// <param name="rows">The query.</param>
    /// <param name="format">How.</param>
    /// <param name="stream">Where to.</param>
    /// <param name="progress">Told how many rows are written; null for no one.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<long> WriteToAsync(this QueryRows rows, RowFormat format, Stream stream, IProgress<long>? progress, CancellationToken cancellation)
    {
        await using var writer = Create(format, rows.Schema, stream);
        var count = 0L;
        await foreach (var batch in rows.ReadAsync(cancellation))
        {
            using (batch) await writer.WriteAsync(batch, cancellation);
            progress?.Report(count += batch.Length);
        }
        await writer.FinishAsync(cancellation);
        return count;
    }
}
