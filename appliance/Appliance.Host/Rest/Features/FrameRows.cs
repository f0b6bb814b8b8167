using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Host.Rest.Features;

/// <summary>Turns the rows of a data frame into events of type row. Used once; not thread-safe.</summary>
/// <param name="journal">Says when rows were made that do not say so themselves.</param>
internal sealed class FrameRows(JsonElement frame, SourceSchema schema, FrameColumns columns, FeatureJournal journal, long now)
{
    private static readonly EventLimits Limits = EventLimits.Default;

    private readonly ArrayBufferWriter<byte> _data = new(1024);
    private readonly byte[] _source = Encoding.UTF8.GetBytes(schema.Name);
    private readonly byte[] _entity = new byte[columns.Keys.Sum(k => EventEntitySection.SizeOf(k.Utf8Name.Length, Limits.MaxEntityTextBytes))];
    private readonly JsonElement[] _keys = [.. columns.Keys.Select(k => frame.GetProperty(k.Name))];
    private readonly JsonElement[] _fields = [.. columns.Fields.Select(f => frame.GetProperty(schema.Fields[f].Name))];

    // For each field the features that are embeddings made of it.
    private readonly (RowTarget Target, int Feature)[][] _embeddings = [.. columns.Fields.Select(f => Embeddings(columns.Targets, f))];

    private long? _made;

    /// <summary>Adds an event for each row; null, or the first value that cannot be taken.</summary>
    public RequestRefusal? WriteTo(EventRecordBuffer records)
    {
        var keys = Start(_keys);
        var fields = Start(_fields);
        var times = Start(columns.EventTime);
        var created = Start(columns.Created);
        using var json = new Utf8JsonWriter(_data, new JsonWriterOptions { SkipValidation = true });
        for (var row = 0; row < columns.Rows; row++)
        {
            var entity = new EventEntitySection(_entity);
            var parts = new EventParts { Source = _source, Type = EventRecord.RowType, EventTime = now, RowView = columns.View };
            if (ReadKeys(keys, row, ref entity) is { } wrongKey) return wrongKey;
            if (ReadTime(times, columns.EventTime, row, out var time) is { } wrongTime) return wrongTime;
            if (ReadTime(created, columns.Created, row, out var made) is { } wrongCreated) return wrongCreated;
            if (ReadFields(fields, row, json) is { } wrongField) return wrongField;
            parts.EventTime = time ?? now;
            parts.CreatedTime = made ?? MadeNow(row);
            parts.Entity = entity.Bytes;
            parts.EntityKeyCount = entity.Count;
            parts.Data = _data.WrittenSpan;
            records.Add(parts);
        }
        return null;
    }

    // Each row is made later than whatever was taken before it: an earlier value that is written again is no repetition.
    private long MadeNow(int row) => (_made ??= journal.TakeMoments(columns.Rows)) + row;

    private static (RowTarget Target, int Feature)[] Embeddings(IReadOnlyList<RowTarget> targets, int field) =>
        [.. from target in targets
            from feature in Enumerable.Range(0, target.Fields.Length)
            where target.Fields[feature] == field && target.View.Features[feature].Dimension > 0
            select (target, feature)];

    private RequestRefusal? ReadKeys(JsonElement.ArrayEnumerator[] keys, int row, ref EventEntitySection entity)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i].MoveNext();
            var (key, value) = (columns.Keys[i], keys[i].Current);
            var place = $"df.{key.Name}[{row}]";
            if (key.Type == FeatureDataType.String)
            {
                if (value.ValueKind != JsonValueKind.String) return new($"{place} is {PushRequest.Words(value)}; it must be string", place);
                var text = Encoding.UTF8.GetBytes(value.GetString()!);
                if (text.Length == 0 || text.Length > Limits.MaxEntityTextBytes) return new($"{place} has {text.Length} bytes; a key must have 1 to {Limits.MaxEntityTextBytes}", place);
                entity.TryAdd(key.Utf8Name, text);
            }
            else
            {
                if (!FrameValue.TryWhole(value, out var number)) return new($"{place} is {PushRequest.Words(value)}; it must be {key.Type.Name()}", place);
                entity.TryAdd(key.Utf8Name, number);
            }
        }
        return null;
    }

    private RequestRefusal? ReadFields(JsonElement.ArrayEnumerator[] fields, int row, Utf8JsonWriter json)
    {
        _data.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i].MoveNext();
            var (name, type) = schema.Fields[columns.Fields[i]];
            var raw = JsonMarshal.GetRawUtf8Value(fields[i].Current);
            json.WritePropertyName(name);
            if (Check(raw, type, _embeddings[i]) is not { } error) json.WriteRawValue(raw, skipInputValidation: true);
            else if (!FrameValue.TryWrite(json, fields[i].Current, type)) return new(JsonValueReader.Refusal($"df.{name}[{row}]", FrameValue.Refuse(fields[i].Current, type) ?? error), $"df.{name}[{row}]");
        }
        json.WriteEndObject();
        json.Flush();
        return null;
    }

    private static string? Check(ReadOnlySpan<byte> raw, FeatureDataType type, (RowTarget Target, int Feature)[] embeddings)
    {
        try
        {
            var reader = new Utf8JsonReader(raw);
            reader.Read();
            if (JsonValueReader.Read(ref reader, type, out var value) is { } error) return error;
            foreach (var (target, feature) in embeddings)
            {
                if (target.RefuseLength(feature, value) is { } length) return length;
            }
            return null;
        }
        catch (InvalidOperationException)
        {
            return "is not valid Unicode text";
        }
    }

    // Null is how a frame says that a row has no time.
    private static RequestRefusal? ReadTime(JsonElement.ArrayEnumerator[] times, string? column, int row, out long? micros)
    {
        micros = null;
        if (times.Length == 0) return null;
        times[0].MoveNext();
        var value = times[0].Current;
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (!FrameTime.TryRead(value, out var read)) return new($"df.{column}[{row}] is {PushRequest.Words(value)}; it {FrameTime.Rule}", $"df.{column}[{row}]");
        micros = read;
        return null;
    }

    private JsonElement.ArrayEnumerator[] Start(string? column) => column is null ? [] : Start([frame.GetProperty(column)]);

    private static JsonElement.ArrayEnumerator[] Start(JsonElement[] arrays) => Array.ConvertAll(arrays, a => a.EnumerateArray());
}
