// Hot path: once per value of an answer.
using System.Text.Json;
using Appliance.Features.Reading;
using Appliance.Host.Features;

namespace Appliance.Host.Rest.Features;

/// <summary>
/// Writes what a read brought as Feast's /get-online-features does: column by column, those of the entities first. Feast sends 1970 for what has no
/// event time.
/// </summary>
internal static class FeastAnswer
{
    public static void Write(Utf8JsonWriter json, FeatureReadCall call, PlannedFeatures planned)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata"u8);
        WriteNames(json, call, planned.Names);
        if (call.Request.IncludeVersions) WriteVersions(json, planned.Plan);
        json.WriteEndObject();
        json.WriteStartArray("results"u8);
        for (var column = 0; column < call.Rows.Count; column++) WriteEntities(json, call.Rows.Values(column));
        for (var output = 0; output < planned.Plan.Outputs.Length; output++) WriteFeature(json, call.Block, output);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, FeatureReadCall call, FeatureNames names)
    {
        json.WriteStartArray("feature_names"u8);
        for (var column = 0; column < call.Rows.Count; column++) json.WriteStringValue(call.Rows.Name(column));
        foreach (var name in call.Request.FullNames ? names.Full : names.Short) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteVersions(Utf8JsonWriter json, FeatureReadPlan plan)
    {
        json.WriteStartArray("feature_view_metadata"u8);
        foreach (var view in plan.Views)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, view.Name);
            json.WriteNumber("version"u8, view.Version);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteEntities(Utf8JsonWriter json, ReadOnlySpan<FeatureModel.Values.FeatureValue> values)
    {
        json.WriteStartObject();
        json.WriteStartArray("values"u8);
        foreach (var value in values) FeastValueWriter.Write(json, value);
        json.WriteEndArray();
        json.WriteStartArray("statuses"u8);
        foreach (var value in values) json.WriteStringValue((value.IsNull ? FeatureStatus.NullValue : FeatureStatus.Present).Word());
        json.WriteEndArray();
        json.WriteStartArray("event_timestamps"u8);
        for (var row = 0; row < values.Length; row++) FeastValueWriter.WriteTimestamp(json, 0);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFeature(Utf8JsonWriter json, FeatureBlock block, int output)
    {
        json.WriteStartObject();
        json.WriteStartArray("values"u8);
        for (var row = 0; row < block.Rows; row++) FeastValueWriter.Write(json, block.Value(output, row));
        json.WriteEndArray();
        json.WriteStartArray("statuses"u8);
        for (var row = 0; row < block.Rows; row++) json.WriteStringValue(block.Status(output, row).Word());
        json.WriteEndArray();
        json.WriteStartArray("event_timestamps"u8);
        for (var row = 0; row < block.Rows; row++) FeastValueWriter.WriteTimestamp(json, block.EventTime(output, row));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
