using System.Text.Json;

namespace FeatureModel.Events;

/// <summary>Writes an event as the JSON that <see cref="EventJsonReader"/> reads; its data go out as they came in.</summary>
public static class EventJsonWriter
{
    public static void Write(Utf8JsonWriter json, EventRecord record)
    {
        json.WriteStartObject();
        if (record.HasGivenId) json.WriteString("id"u8, record.GivenId);
        json.WriteString("source"u8, record.Source);
        json.WriteString("type"u8, record.Type);
        json.WriteStartObject("entity"u8);
        foreach (var key in record.Entity)
        {
            if (key.IsText) json.WriteString(key.Name, key.Text);
            else json.WriteNumber(key.Name, key.Number);
        }
        json.WriteEndObject();
        Span<byte> time = stackalloc byte[Rfc3339.MaxLength];
        json.WriteString("time"u8, time[..Rfc3339.Write(time, record.EventTime)]);
        if (record.HasCreatedTime) json.WriteString("created"u8, time[..Rfc3339.Write(time, record.CreatedTime)]);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(record.Data, skipInputValidation: true);
        json.WriteEndObject();
    }
}
