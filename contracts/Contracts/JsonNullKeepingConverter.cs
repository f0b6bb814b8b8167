using System.Text.Json;
using System.Text.Json.Serialization;

namespace Contracts;

/// <summary>
/// Keeps a JSON null apart from an absent member: the one is an element of kind Null, the other no value. (By itself a nullable takes both
/// for no value.)
/// </summary>
public sealed class JsonNullKeepingConverter : JsonConverter<JsonElement?>
{
    public override bool HandleNull => true;

    public override JsonElement? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement? value, JsonSerializerOptions options)
    {
        if (value is { } element) element.WriteTo(writer);
        else writer.WriteNullValue();
    }
}
