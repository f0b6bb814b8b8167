using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// A protobuf message as the JSON that clients of model configurations parse: field names as in the .proto file, enums by name, every
/// scalar printed even at its default, and 64-bit integers as numbers (protobuf's own formatter makes strings of them).
/// </summary>
internal static class ProtoJson
{
    public static void Write(Utf8JsonWriter json, IMessage message)
    {
        json.WriteStartObject();
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            // Messages and the members of a oneof are printed only when they are there.
            if (field.HasPresence && !field.Accessor.HasValue(message)) continue;
            json.WritePropertyName(field.Name);
            WriteField(json, field, field.Accessor.GetValue(message));
        }
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, FieldDescriptor field, object value)
    {
        if (field.IsMap)
        {
            var entry = field.MessageType.Fields;
            json.WriteStartObject();
            foreach (DictionaryEntry pair in (IDictionary)value)
            {
                json.WritePropertyName(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{pair.Key}"));
                WriteValue(json, entry[2], pair.Value!);
            }
            json.WriteEndObject();
        }
        else if (field.IsRepeated)
        {
            json.WriteStartArray();
            foreach (var element in (IEnumerable)value) WriteValue(json, field, element);
            json.WriteEndArray();
        }
        else
        {
            WriteValue(json, field, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, FieldDescriptor field, object value)
    {
        switch (value)
        {
            case IMessage message: Write(json, message); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case uint number: json.WriteNumberValue(number); break;
            case ulong number: json.WriteNumberValue(number); break;
            case float number: WriteFloat(json, number); break;
            case double number: WriteFloat(json, number); break;
            case ByteString bytes: json.WriteBase64StringValue(bytes.Span); break;
            case Enum: json.WriteStringValue(field.EnumType.FindValueByNumber((int)value)?.Name ?? ((int)value).ToString()); break;
            default: throw new System.Diagnostics.UnreachableException($"field {field.FullName} holds a {value.GetType()}");
        }
    }

    private static void WriteFloat(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number)) json.WriteNumberValue(number);
        else json.WriteStringValue(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
    }
}
