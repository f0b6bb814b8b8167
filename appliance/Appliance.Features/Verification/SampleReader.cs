using System.Text;
using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Features.Sampling;
using FeatureModel.Definitions;
using FeatureModel.Events;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace Appliance.Features.Verification;

/// <summary>Reads samples from their records. Used by one run; not thread-safe.</summary>
internal sealed class SampleReader(DefinitionHistory definitions)
{
    /// <summary>The sample; null where the record is none that this version wrote.</summary>
    public ReplayedSample? Read(EventRecord record, long position)
    {
        try
        {
            using var document = JsonDocument.Parse(record.Data.ToArray());
            return Read(document.RootElement, record, position);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private ReplayedSample? Read(JsonElement data, EventRecord record, long position)
    {
        var revision = data.GetProperty(SampleMembers.Revision).GetInt64();
        var features = new List<FeatureReference>();
        foreach (var member in data.GetProperty(SampleMembers.Features).EnumerateObject())
        {
            if (!FeatureReference.TryParse(member.Name, out var reference)) return null;
            features.Add(reference);
        }
        var service = definitions.Service(revision, features);
        var keys = new Dictionary<string, FeatureValue>(StringComparer.Ordinal);
        foreach (var key in record.Entity)
        {
            keys[Encoding.UTF8.GetString(key.Name)] = key.IsText ? FeatureValue.Of(Encoding.UTF8.GetString(key.Text)) : FeatureValue.Of(key.Number);
        }
        return new ReplayedSample
        {
            Model = data.GetProperty(SampleMembers.Model).GetString()!,
            Position = position,
            Revision = revision,
            ReadAt = record.EventTime,
            From = data.GetProperty(SampleMembers.From).GetInt64(),
            To = data.GetProperty(SampleMembers.To).GetInt64(),
            Keys = keys,
            Features = features,
            Service = service,
            Inputs = service is null ? [] : [.. service.Inputs.Select(i => Input(i, data, keys))],
            Values = Values(data.GetProperty(SampleMembers.Features), service),
        };
    }

    // A join key may be an input as well; it then stands among the keys.
    private static FeatureValue Input(FieldDefinition input, JsonElement data, Dictionary<string, FeatureValue> keys)
    {
        if (keys.TryGetValue(input.Name, out var key)) return key;
        FeatureDataTypes.TryParse(input.Type, out var type);
        return data.GetProperty(SampleMembers.Inputs).TryGetProperty(input.Name, out var given) ? Value(given, type) : FeatureValue.Null;
    }

    private static SampledValue[] Values(JsonElement features, PointInTimeService? service)
    {
        var values = new List<SampledValue>();
        foreach (var member in features.EnumerateObject())
        {
            if (!SampleMembers.TryParse(member.Value.GetProperty(SampleMembers.Status).GetString(), out var source)) throw new FormatException("no such status");
            var value = service is null ? FeatureValue.Null : Value(member.Value.GetProperty(SampleMembers.Value), service.Features[values.Count].Type);
            values.Add(new SampledValue(member.Name, value, source, 0));
        }
        return [.. values];
    }

    // A value that is not of its type stays without one, and shows as a mismatch.
    private static FeatureValue Value(JsonElement json, FeatureDataType type)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json.GetRawText()));
        reader.Read();
        return JsonValueReader.Read(ref reader, type, out var value) is null ? value : FeatureValue.Null;
    }
}
