using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Appliance.Features.Reading;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Features.Sampling;

/// <summary>Samples as events of the journal. Not thread-safe.</summary>
internal sealed class SampleRecords
{
    /// <summary>Type of the events.</summary>
    public const string EventType = "score";

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    // Two samples may be alike to the last bit, and are two all the same.
    private readonly string _run = Guid.NewGuid().ToString("N");
    private long _count;

    /// <summary>The sample's record; null where its keys are longer, or more, than those of an event may be.</summary>
    public byte[]? Write(ServedSample sample)
    {
        var entity = new List<EventEntity>();
        foreach (var column in sample.Columns)
        {
            if (!column.IsKey) continue;
            if (column.Value.Type != FeatureDataType.String) entity.Add(new EventEntity(column.Name, column.Value.AsInt64));
            else if (Encoding.UTF8.GetByteCount(column.Value.AsString) <= EventLimits.Default.MaxEntityTextBytes) entity.Add(new EventEntity(column.Name, column.Value.AsString));
            else return null;
        }
        if (entity.Count > EventLimits.Default.MaxEntityKeys) return null;
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer)) WriteData(json, sample);
        var made = new FeatureEvent
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{_run}-{_count++}"),
            Source = ReservedSources.ServedFeatures,
            Type = EventType,
            Entity = entity,
            EventTime = sample.ReadAt,
            Data = _buffer.WrittenMemory,
        };
        return made.ToRecord(ingestTime: 0);
    }

    private static void WriteData(Utf8JsonWriter json, ServedSample sample)
    {
        json.WriteStartObject();
        json.WriteString(SampleMembers.Model, sample.Model);
        json.WriteNumber(SampleMembers.ModelVersion, sample.ModelVersion);
        json.WriteString(SampleMembers.Service, sample.Service);
        json.WriteNumber(SampleMembers.ServiceVersion, sample.ServiceVersion);
        json.WriteNumber(SampleMembers.Revision, sample.Revision);
        json.WriteNumber(SampleMembers.From, sample.From);
        json.WriteNumber(SampleMembers.To, sample.To);
        json.WriteStartObject(SampleMembers.Inputs);
        foreach (var column in sample.Columns)
        {
            if (column.IsKey) continue;
            json.WritePropertyName(column.Name);
            FeatureValueWriter.Write(json, column.Value);
        }
        json.WriteEndObject();
        json.WriteStartObject(SampleMembers.Features);
        foreach (var value in sample.Values) WriteValue(json, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, in SampledValue value)
    {
        json.WriteStartObject(value.Reference);
        json.WritePropertyName(SampleMembers.Value);
        FeatureValueWriter.Write(json, value.Value);
        json.WriteString(SampleMembers.Status, SampleMembers.WordOf(value.Source));
        if (value.EventTime != 0)
        {
            json.WritePropertyName(SampleMembers.EventTime);
            FeatureValueWriter.WriteMoment(json, value.EventTime);
        }
        json.WriteEndObject();
    }
}
