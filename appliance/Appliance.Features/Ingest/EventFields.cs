// Hot path: once for each event of a source with stream or batch views.
using System.Text.Json;
using FeatureModel.Values;

namespace Appliance.Features.Ingest;

/// <summary>
/// The fields of one event's data by their position in the source's schema. Reused from event to event; not thread-safe. Fields that the source
/// does not declare are passed over: events may carry more than features need.
/// </summary>
public sealed class EventFields
{
    private FeatureValue[] _values = [];
    private bool[] _given = [];
    private SourceSchema _schema = null!;

    public SourceSchema Schema => _schema;

    /// <summary>The field's value; null where the event has none.</summary>
    public FeatureValue this[int field] => _values[field];

    /// <summary>Whether the event names the field, be it with null.</summary>
    public bool Has(int field) => _given[field];

    public ReadOnlySpan<FeatureValue> Values => _values.AsSpan(0, _schema.Fields.Count);

    /// <summary>Reads an event's data; null, or why they do not fit the source: field, value and rule.</summary>
    public string? Read(SourceSchema schema, ReadOnlySpan<byte> data)
    {
        _schema = schema;
        if (_values.Length < schema.Fields.Count) (_values, _given) = (new FeatureValue[schema.Fields.Count], new bool[schema.Fields.Count]);
        _values.AsSpan().Clear();
        _given.AsSpan().Clear();
        var reader = new Utf8JsonReader(data);
        try
        {
            reader.Read();
            var guess = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = reader.ValueIsEscaped ? schema.Find(reader.GetString()!) : schema.Find(reader.ValueSpan, guess);
                reader.Read();
                if (field < 0)
                {
                    reader.Skip();
                    continue;
                }
                guess = field + 1;
                _given[field] = true;
                var (name, type) = schema.Fields[field];
                if (JsonValueReader.Read(ref reader, type, out _values[field]) is { } error) return JsonValueReader.Refusal($"data.{name}", error);
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "data is not a JSON object that can be read: " + e.Message;
        }
    }
}
