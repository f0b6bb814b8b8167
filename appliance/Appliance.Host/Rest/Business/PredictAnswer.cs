// Hot path: one per answered request.
using System.Text.Json;
using System.Text.Unicode;
using Appliance.Inference.Batching;
using Appliance.Scoring;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;

namespace Appliance.Host.Rest.Business;

/// <summary>Writes the scores of an answered entry into the envelope.</summary>
internal static class PredictAnswer
{
    private static readonly JsonEncodedText Level = JsonNames.Encode("level");
    private static readonly JsonEncodedText ModelVersion = JsonNames.Encode("modelVersion");
    private static readonly JsonEncodedText Timings = JsonNames.Encode("timings");
    private static readonly JsonEncodedText DecodeMs = JsonNames.Encode("decodeMs");
    private static readonly JsonEncodedText FeaturesMs = JsonNames.Encode("featuresMs");
    private static readonly JsonEncodedText QueueMs = JsonNames.Encode("queueMs");
    private static readonly JsonEncodedText InferMs = JsonNames.Encode("inferMs");
    private static readonly JsonEncodedText EncodeMs = JsonNames.Encode("encodeMs");
    private static readonly JsonEncodedText TotalMs = JsonNames.Encode("totalMs");

    public static void Write(EnvelopeWriter envelope, BatchEntry entry, in PredictReply reply, TimeProvider time)
    {
        var reader = new ScoreReader(FeatureBinding.Of(entry.Model!), entry);
        envelope.BeginData();
        var json = envelope.Json;
        if (reply.AsArray)
        {
            json.WriteStartArray();
            for (var row = 0; row < reader.Rows; row++) WriteRow(json, ref reader, row, reply.Explanation);
            json.WriteEndArray();
        }
        else
        {
            WriteRow(json, ref reader, 0, reply.Explanation);
        }
        json.WriteString(ModelVersion, entry.Model!.VersionText);
        envelope.WriteRequestId(reply.RequestId);
        WriteTimings(json, PhaseTimings.Of(entry.Timings, time.GetTimestamp(), time.TimestampFrequency));
        json.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter json, ref ScoreReader reader, int row, FeatureExplanation? explanation)
    {
        var binding = reader.Binding;
        ScoreBand? level = null;
        json.WriteStartObject();
        for (var i = 0; i < binding.Scores.Length; i++)
        {
            var value = reader.Read(row, i);
            if (i == binding.LevelScore) level = value.Band;
            json.WritePropertyName(binding.Scores[i].JsonName);
            WriteValue(json, value);
        }
        if (level is not null) json.WriteString(Level, level.JsonName);
        if (explanation is not null) ExplanationJson.Write(json, explanation, row);
        json.WriteEndObject();
    }

    // JSON has no word for NaN and the infinities: they are null.
    private static void WriteValue(Utf8JsonWriter json, in ScoreValue value)
    {
        switch (value.Kind)
        {
            case ScoreKind.Single when float.IsFinite((float)value.Number): json.WriteNumberValue((float)value.Number); break;
            case ScoreKind.Double when double.IsFinite(value.Number): json.WriteNumberValue(value.Number); break;
            case ScoreKind.Int64: json.WriteNumberValue(value.Integer); break;
            case ScoreKind.UInt64: json.WriteNumberValue((ulong)value.Integer); break;
            case ScoreKind.Bool: json.WriteBooleanValue(value.Integer != 0); break;
            case ScoreKind.Text when Utf8.IsValid(value.Text): json.WriteStringValue(value.Text); break;
            default: json.WriteNullValue(); break;
        }
    }

    private static void WriteTimings(Utf8JsonWriter json, in PhaseTimings timings)
    {
        json.WriteStartObject(Timings);
        json.WriteNumber(DecodeMs, timings.DecodeMs);
        json.WriteNumber(FeaturesMs, timings.FeaturesMs);
        json.WriteNumber(QueueMs, timings.QueueMs);
        json.WriteNumber(InferMs, timings.InferMs);
        json.WriteNumber(EncodeMs, timings.EncodeMs);
        json.WriteNumber(TotalMs, timings.TotalMs);
        json.WriteEndObject();
    }
}
