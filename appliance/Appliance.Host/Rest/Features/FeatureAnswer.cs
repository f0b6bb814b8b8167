// Hot path: once per entity and feature of an answer.
using System.Text.Json;
using Appliance.Features.Reading;
using Appliance.Scoring.Features;

namespace Appliance.Host.Rest.Features;

/// <summary>Writes what a read brought as the data of /api/features: an object an entity.</summary>
internal static class FeatureAnswer
{
    private static readonly JsonEncodedText Entity = JsonNames.Encode("entity");
    private static readonly JsonEncodedText Features = JsonNames.Encode("features");
    private static readonly JsonEncodedText Value = JsonNames.Encode("value");
    private static readonly JsonEncodedText EventTime = JsonNames.Encode("eventTime");
    private static readonly JsonEncodedText Status = JsonNames.Encode("status");

    /// <summary>Every entity.</summary>
    /// <param name="keys">How many of the rows' columns, from the first, identify the entity.</param>
    public static void WriteAll(Utf8JsonWriter json, FeatureBlock block, EntityRows rows, int keys, FeatureNames names)
    {
        json.WriteStartArray();
        for (var row = 0; row < block.Rows; row++) WriteOne(json, block, rows, keys, names, row);
        json.WriteEndArray();
    }

    /// <summary>One entity.</summary>
    public static void WriteOne(Utf8JsonWriter json, FeatureBlock block, EntityRows rows, int keys, FeatureNames names, int row)
    {
        json.WriteStartObject();
        json.WriteStartObject(Entity);
        for (var column = 0; column < keys; column++)
        {
            json.WritePropertyName(rows.Name(column));
            FeatureValueWriter.Write(json, rows.Values(column)[row]);
        }
        json.WriteEndObject();
        json.WriteStartObject(Features);
        for (var output = 0; output < block.Plan.Outputs.Length; output++)
        {
            json.WriteStartObject(names.References[output]);
            json.WritePropertyName(Value);
            FeatureValueWriter.Write(json, block.Value(output, row));
            WriteEventTime(json, block, output, row);
            json.WriteString(Status, block.Status(output, row).Word());
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // What is computed when it is read, and what is not there, has none.
    private static void WriteEventTime(Utf8JsonWriter json, FeatureBlock block, int output, int row)
    {
        json.WritePropertyName(EventTime);
        var source = block.Plan.Outputs[output].ViewRead;
        if (source < 0 || block.Stored(source, row).Status == FeatureStatus.NotFound) json.WriteNullValue();
        else FeatureValueWriter.WriteMoment(json, block.EventTime(output, row));
    }
}
