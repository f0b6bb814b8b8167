using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Host.Cli.Events;

/// <summary>Puts an event together from the cells of a row. Reused; owned by one thread.</summary>
internal sealed class EventDraftBuilder : IDisposable
{
    private static readonly EventLimits Limits = EventLimits.Default;

    private readonly RowShape _shape;
    private readonly byte[] _source;
    private readonly byte[] _entity;
    private readonly ArrayBufferWriter<byte> _data = new(1024);
    private readonly List<(KeyColumn Key, long Number, byte[]? Text)> _keys = [];
    private byte[] _type = [];
    private byte[] _id = [];

    public EventDraftBuilder(RowShape shape)
    {
        _shape = shape;
        _source = Encoding.UTF8.GetBytes(shape.Source);
        _entity = new byte[shape.Keys.Sum(k => EventEntitySection.SizeOf(k.Utf8Name.Length, Limits.MaxEntityTextBytes))];
        // Texts go to a journal, not into a page: letters beyond ASCII stay as they are.
        Data = new Utf8JsonWriter(_data, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        if (shape.FixedType is { } type) _type = Encoding.UTF8.GetBytes(type);
    }

    /// <summary>Takes the event's data, between <see cref="Begin"/> and <see cref="AddTo"/>.</summary>
    public Utf8JsonWriter Data { get; }

    public long Time { get; set; }

    public long? Created { get; set; }

    public void Begin()
    {
        _keys.Clear();
        _data.ResetWrittenCount();
        Data.Reset();
        Data.WriteStartObject();
        Time = _shape.FixedTime ?? 0;
        Created = _shape.FixedCreated;
        _id = [];
    }

    /// <summary>Null, or the rule that the type breaks.</summary>
    public string? SetType(ReadOnlySpan<char> type) => SetText(type, Limits.MaxNameBytes, ref _type);

    /// <summary>Null, or the rule that the id breaks.</summary>
    public string? SetId(ReadOnlySpan<char> id) => SetText(id, Limits.MaxIdBytes, ref _id);

    /// <summary>Null, or the rule that the join key breaks.</summary>
    public string? AddKey(KeyColumn key, ReadOnlySpan<char> value)
    {
        if (key.Type != FeatureDataType.String)
        {
            if (!CellWriter.TryReadWhole(value, out var number)) return $"it must be {key.Type.Name()}, as join key '{key.JoinKey}' is";
            _keys.Add((key, number, null));
            return null;
        }
        if (value.IsEmpty) return "it must not be empty";
        var text = Encoding.UTF8.GetBytes(value.ToString());
        if (text.Length > Limits.MaxEntityTextBytes) return $"it must have at most {Limits.MaxEntityTextBytes} bytes";
        _keys.Add((key, 0, text));
        return CellWriter.CheckText(value);
    }

    /// <summary>Whether the event has a value for the join key.</summary>
    public bool HasKey(string joinKey) => _keys.Exists(k => k.Key.JoinKey == joinKey);

    /// <summary>Adds the record; null, or the rule that the event as a whole breaks.</summary>
    public string? AddTo(EventRecordBuffer records)
    {
        Data.WriteEndObject();
        Data.Flush();
        if (_data.WrittenCount > Limits.MaxEventBytes) return $"its data have {_data.WrittenCount} bytes; an event must have at most {Limits.MaxEventBytes}";
        var entity = new EventEntitySection(_entity);
        foreach (var (key, number, text) in _keys)
        {
            if (text is null) entity.TryAdd(key.Utf8Name, number);
            else entity.TryAdd(key.Utf8Name, text);
        }
        records.Add(new EventParts
        {
            EventTime = Time,
            CreatedTime = Created,
            Source = _source,
            GivenId = _id,
            Type = _type,
            Entity = entity.Bytes,
            EntityKeyCount = entity.Count,
            Data = _data.WrittenSpan,
        });
        return null;
    }

    public void Dispose() => Data.Dispose();

    private static string? SetText(ReadOnlySpan<char> text, int maxBytes, ref byte[] kept)
    {
        if (text.IsEmpty) return "it must not be empty";
        if (Encoding.UTF8.GetByteCount(text) > maxBytes) return $"it must have at most {maxBytes} bytes";
        if (text.ContainsAnyInRange('\0', '\u001F')) return "it must hold no control characters";
        if (CellWriter.CheckText(text) is { } rule) return rule;
        // Types come again and again.
        if (!Equals(kept, text)) kept = Encoding.UTF8.GetBytes(text.ToString());
        return null;
    }

    private static bool Equals(byte[] kept, ReadOnlySpan<char> text) =>
        kept.Length == text.Length && Ascii.Equals(kept, text);
}
