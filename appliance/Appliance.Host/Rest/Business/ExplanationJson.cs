using System.Text.Json;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;
using FeatureModel.Events;

namespace Appliance.Host.Rest.Business;

/// <summary>Writes where the features of a row came from.</summary>
internal static class ExplanationJson
{
    private static readonly JsonEncodedText Features = JsonNames.Encode("features");
    private static readonly JsonEncodedText Given = JsonNames.Encode("given");
    private static readonly JsonEncodedText Stored = JsonNames.Encode("stored");
    private static readonly JsonEncodedText Stale = JsonNames.Encode("stale");
    private static readonly JsonEncodedText Defaulted = JsonNames.Encode("defaulted");

    /// <summary>The member <c>features</c> of a row in the answer.</summary>
    public static void Write(Utf8JsonWriter json, FeatureExplanation explanation, int row)
    {
        json.WriteStartObject(Features);
        for (var i = 0; i < explanation.Features.Length; i++)
        {
            var feature = explanation.Of(row, i);
            json.WriteStartObject(explanation.Features[i].Name);
            json.WriteString("source", WordOf(feature.Source));
            // Whoever gave a value has it.
            if (feature.Source != FeatureSource.Given) WriteValue(json, feature);
            if (feature.EventTime != 0) WriteTime(json, feature.EventTime);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static JsonEncodedText WordOf(FeatureSource source) => source switch
    {
        FeatureSource.Given => Given,
        FeatureSource.Stored => Stored,
        FeatureSource.Stale => Stale,
        _ => Defaulted,
    };

    // JSON has no word for NaN: it is null.
    private static void WriteValue(Utf8JsonWriter json, in ExplainedFeature feature)
    {
        json.WritePropertyName("value");
        switch (feature.Type)
        {
            case FeatureType.Double when double.IsFinite(feature.Number): json.WriteNumberValue(feature.Number); break;
            case FeatureType.Double: json.WriteNullValue(); break;
            case FeatureType.Int64: json.WriteNumberValue(feature.Integer); break;
            case FeatureType.Bool: json.WriteBooleanValue(feature.Integer != 0); break;
            default: json.WriteStringValue(feature.Text); break;
        }
    }

    private static void WriteTime(Utf8JsonWriter json, long micros)
    {
        Span<byte> text = stackalloc byte[Rfc3339.MaxLength];
        json.WriteString("eventTime"u8, text[..Rfc3339.Write(text, micros)]);
    }
}
