using System.Text.Encodings.Web;
using System.Text.Json;
using Apache.Arrow;

namespace Lake.Query.Output;

internal sealed class JsonLinesWriter : TextRowWriter
{
    private readonly string[] _names;
    private readonly Utf8JsonWriter _json;

    public JsonLinesWriter(Schema schema, Stream stream)
        : base(stream)
    {
        _names = [.. schema.FieldsList.Select(f => f.Name)];
        _json = new Utf8JsonWriter(Buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public override async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellation)
    {
        for (var row = 0; row < batch.Length; row++)
        {
            _json.Reset();
            _json.WriteStartObject();
            for (var i = 0; i < _names.Length; i++)
            {
                _json.WritePropertyName(_names[i]);
                ArrowText.Write(_json, batch.Column(i), row);
            }
            _json.WriteEndObject();
            await _json.FlushAsync(cancellation);
            Append("\n");
            await FlushIfFullAsync(cancellation);
        }
    }
}
