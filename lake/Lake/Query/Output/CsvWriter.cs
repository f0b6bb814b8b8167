using System.Buffers;
using Apache.Arrow;

namespace Lake.Query.Output;

internal sealed class CsvWriter : TextRowWriter
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    public CsvWriter(Schema schema, Stream stream)
        : base(stream) => Append(string.Join(',', schema.FieldsList.Select(f => Quoted(f.Name))) + "\n");

    public override async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellation)
    {
        for (var row = 0; row < batch.Length; row++)
        {
            for (var i = 0; i < batch.ColumnCount; i++)
            {
                if (i > 0) Append(",");
                if (ArrowText.Of(batch.Column(i), row) is { } text) Append(Quoted(text));
            }
            // A line without anything would be no row to readers.
            Append(batch.ColumnCount == 1 && batch.Column(0).IsNull(row) ? "\"\"\n" : "\n");
            await FlushIfFullAsync(cancellation);
        }
    }

    private static string Quoted(string text) => text.Length == 0 || text.AsSpan().ContainsAny(Special) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
