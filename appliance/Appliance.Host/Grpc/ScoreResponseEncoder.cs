// Hot path: one message per score and row.
using System.Text;
using Appliance.Inference.Batching;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;
using Contracts.Scoring;
using EntitySource = Appliance.Scoring.Entities.FeatureSource;
using FeatureSource = Contracts.Scoring.FeatureSource;

namespace Appliance.Host.Grpc;

/// <summary>Puts the scores of an answered entry into a message.</summary>
internal static class ScoreResponseEncoder
{
    public static void Encode(BatchEntry entry, FeatureExplanation? explanation, ScoreResponse response)
    {
        var binding = FeatureBinding.Of(entry.Model!);
        var reader = new ScoreReader(binding, entry);
        response.Version = entry.Model!.Version;
        response.Rows.Capacity = reader.Rows;
        for (var row = 0; row < reader.Rows; row++)
        {
            var scores = new ScoreRow();
            scores.Scores.Capacity = binding.Scores.Length;
            for (var i = 0; i < binding.Scores.Length; i++) scores.Scores.Add(ToMessage(binding.Scores[i].Name, reader.Read(row, i)));
            if (explanation is not null) Explain(explanation, row, scores);
            response.Rows.Add(scores);
        }
    }

    private static void Explain(FeatureExplanation explanation, int row, ScoreRow into)
    {
        into.Features.Capacity = explanation.Features.Length;
        for (var i = 0; i < explanation.Features.Length; i++)
        {
            var feature = explanation.Of(row, i);
            var origin = new FeatureOrigin { Name = explanation.Features[i].Name, Source = ToMessage(feature.Source), EventTime = feature.EventTime };
            if (feature.Source != EntitySource.Given) origin.Value = ValueOf(feature);
            into.Features.Add(origin);
        }
    }

    private static FeatureSource ToMessage(EntitySource source) => source switch
    {
        EntitySource.Given => FeatureSource.Given,
        EntitySource.Stored => FeatureSource.Stored,
        EntitySource.Stale => FeatureSource.Stale,
        _ => FeatureSource.Defaulted,
    };

    private static FeatureValue ValueOf(in ExplainedFeature feature) => feature.Type switch
    {
        FeatureType.Double => new FeatureValue { DoubleValue = feature.Number },
        FeatureType.Int64 => new FeatureValue { Int64Value = feature.Integer },
        FeatureType.Bool => new FeatureValue { BoolValue = feature.Integer != 0 },
        _ => new FeatureValue { StringValue = Encoding.UTF8.GetString(feature.Text) },
    };

    private static Contracts.Scoring.ScoreValue ToMessage(string name, in Appliance.Scoring.Features.ScoreValue value)
    {
        var message = new Contracts.Scoring.ScoreValue { Name = name, Level = value.Band?.Name ?? "" };
        switch (value.Kind)
        {
            case ScoreKind.Single or ScoreKind.Double: message.DoubleValue = value.Number; break;
            case ScoreKind.Int64: message.Int64Value = value.Integer; break;
            // The message has no unsigned number: above the signed range the nearest double must do.
            case ScoreKind.UInt64 when value.Integer < 0: message.DoubleValue = (ulong)value.Integer; break;
            case ScoreKind.UInt64: message.Int64Value = value.Integer; break;
            case ScoreKind.Bool: message.BoolValue = value.Integer != 0; break;
            default: message.StringValue = Encoding.UTF8.GetString(value.Text); break;
        }
        return message;
    }
}
