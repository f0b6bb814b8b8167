using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FeatureModel.Values;

namespace Appliance.Host.Cli.Backfill;

/// <summary>Writes a row of history as the JSON of an event. What is not there is left out; what is wrong, the event's own rules refuse. Owned by one thread.</summary>
internal sealed class HistoryRowWriter(HistoryShape shape) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    // Letters beyond ASCII stay as they are: senders write them so, and ids are made of the bytes.
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The event; valid until the next is written.</summary>
    /// <param name="column">The text in a column; null where there is none.</param>
    public ReadOnlySpan<byte> Write(Func<string, string?> column)
    {
        Begin(column);
        foreach (var (name, type) in shape.Fields)
        {
            if (column(name) is not { } text) continue;
            _json.WritePropertyName(name);
            WriteCell(text, type);
        }
        return End();
    }

    /// <summary>The event of an object whose members are columns; valid until the next is written.</summary>
    public ReadOnlySpan<byte> Write(JsonElement row)
    {
        Begin(name => row.TryGetProperty(name, out var value) ? TextOf(value) : null);
        foreach (var (name, _) in shape.Fields)
        {
            if (!row.TryGetProperty(name, out var value)) continue;
            _json.WritePropertyName(name);
            value.WriteTo(_json);
        }
        return End();
    }

    public void Dispose() => _json.Dispose();

    private void Begin(Func<string, string?> column)
    {
        _bytes.ResetWrittenCount();
        _json.Reset(_bytes);
        _json.WriteStartObject();
        if (shape.IdColumn is { } id && column(id) is { } given) _json.WriteString("id"u8, given);
        _json.WriteString("source"u8, shape.Source.Name);
        if (column(shape.TypeColumn) is { } type) _json.WriteString("type"u8, type);
        _json.WriteStartObject("entity"u8);
        foreach (var key in shape.Keys)
        {
            if (column(key.Name) is not { } text) continue;
            _json.WritePropertyName(key.Name);
            WriteCell(text, key.Type == "string" ? FeatureDataType.String : FeatureDataType.Int64);
        }
        _json.WriteEndObject();
        if (column(shape.TimeColumn) is { } time) _json.WriteString("time"u8, time);
        if (shape.Source.CreatedTimeColumn is { } createdColumn && column(createdColumn) is { } created) _json.WriteString("created"u8, created);
        _json.WriteStartObject("data"u8);
    }

    private ReadOnlySpan<byte> End()
    {
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
        return _bytes.WrittenSpan;
    }

    // What is no value of the type goes as text, which the source's schema then refuses by name.
    private void WriteCell(string text, FeatureDataType type)
    {
        switch (type)
        {
            case FeatureDataType.Int32 or FeatureDataType.Int64 when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                _json.WriteNumberValue(whole);
                break;
            case FeatureDataType.Float or FeatureDataType.Double when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            case FeatureDataType.Bool when bool.TryParse(text, out var truth):
                _json.WriteBooleanValue(truth);
                break;
            case not (FeatureDataType.String or FeatureDataType.Bytes or FeatureDataType.UnixTimestamp) when IsJson(text):
                _json.WriteRawValue(text);
                break;
            default:
                _json.WriteStringValue(text);
                break;
        }
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind is JsonValueKind.Array or JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
