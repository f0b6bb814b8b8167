using System.Globalization;
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
        var schema = format == RowFormat.Table ? rows.Schema : Distinct(rows.Schema);
        await using var writer = Create(format, schema, stream);
        var count = 0L;
        await foreach (var batch in rows.ReadAsync(cancellation))
        {
            using (batch) await writer.WriteAsync(schema == rows.Schema ? batch : new RecordBatch(schema, batch.Arrays, batch.Length), cancellation);
            progress?.Report(count += batch.Length);
        }
        await writer.FinishAsync(cancellation);
        return count;
    }

    // Of two columns of one name, as joins give them, readers of files would see one alone: the second is called name_1, as the engine's own files have it.
    private static Schema Distinct(Schema schema)
    {
        var given = schema.FieldsList.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        if (given.Count == schema.FieldsList.Count) return schema;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var fields = new List<Field>();
        foreach (var field in schema.FieldsList)
        {
            var name = field.Name;
            for (var i = 1; !seen.Add(name); i++)
            {
                var other = string.Create(CultureInfo.InvariantCulture, $"{field.Name}_{i}");
                if (given.Add(other)) name = other;
            }
            fields.Add(new Field(name, field.DataType, field.IsNullable, field.Metadata));
        }
        return new Schema(fields, schema.Metadata);
    }
}
