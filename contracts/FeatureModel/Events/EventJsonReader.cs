// Hot path: every event that arrives as JSON passes here. Only a refusal allocates.
using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace FeatureModel.Events;

/// <summary>
/// Reads a body that is one event, an array of events, or events one behind the other (one a line), and writes each straight as its
/// binary record. Owned by one thread; dispose it. After a refusal it reads no further: a body is taken whole or not at all, so the caller
/// keeps the records back until the end is reached.
/// </summary>
public ref partial struct EventJsonReader
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly EventLimits _limits;
    private readonly long _ingestTime;
    private readonly byte[] _scratch;
    private Utf8JsonReader _json;
    private bool _started;
    private bool _inArray;
    private bool _ended;

    /// <param name="ingestTime">Written into every record; microseconds since 1970 UTC.</param>
    public EventJsonReader(ReadOnlySpan<byte> body, EventLimits limits, long ingestTime)
    {
        _body = body;
        _limits = limits;
        _ingestTime = ingestTime;
        // One level for the array, one for the event, one for its data; deeper data are refused by this reader with a message that names them.
        _json = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = limits.MaxDataDepth + 3 });
        // Id, source and type; the entity; a name and a text of it.
        _scratch = ArrayPool<byte>.Shared.Rent(limits.MaxIdBytes + (2 * limits.MaxNameBytes) + EntityBytes(limits) + EntityTextBytes(limits));
    }

    /// <summary>Events read so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that the next record needs, after <see cref="EventReadStatus.BufferTooSmall"/>.</summary>
    public int RequiredBytes { get; private set; }

    /// <summary>Why the body is refused; null while it is not.</summary>
    public EventRejection? Rejection { get; private set; }

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_scratch);

    /// <summary>Writes the next event's record to the front of <paramref name="destination"/>.</summary>
    public EventReadStatus Read(Span<byte> destination, out int written)
    {
        written = 0;
        if (Rejection is not null) return EventReadStatus.Rejected;
        var before = this;
        try
        {
            if (!MoveToEvent()) return Rejection is null ? EventReadStatus.End : EventReadStatus.Rejected;
            var draft = new EventDraft { Scratch = _scratch };
            if (!TryReadEvent(ref draft)) return EventReadStatus.Rejected;
            var parts = draft.ToParts(_ingestTime);
            if (parts.Size > destination.Length)
            {
                this = before;
                RequiredBytes = parts.Size;
                return EventReadStatus.BufferTooSmall;
            }
            written = parts.WriteTo(destination);
            Count++;
            return EventReadStatus.Record;
        }
        catch (JsonException malformed)
        {
            return Refused("", "", $"must be JSON: {malformed.Message.TrimEnd('.')}");
        }
        catch (InvalidOperationException)
        {
            // What the JSON reader throws for \u escapes that are half a character.
            return Refused("", "", "must hold whole Unicode characters");
        }
    }

    private bool MoveToEvent()
    {
        if (_ended) return false;
        if (!_json.Read()) return End();
        if (!_started)
        {
            _started = true;
            if (_json.TokenType == JsonTokenType.StartArray)
            {
                _inArray = true;
                _json.Read();
            }
        }
        if (_inArray && _json.TokenType == JsonTokenType.EndArray)
        {
            if (_json.Read()) return Refuse("", "", "must be alone: nothing may follow the array of events");
            return End();
        }
        if (Count >= _limits.MaxEvents) return Refuse("", "", $"must be one of at most {_limits.MaxEvents} events in a body");
        return _json.TokenType == JsonTokenType.StartObject || Refuse("", Shown(), "must be an object");
    }

    private static int EntityBytes(EventLimits limits) =>
        limits.MaxEntityKeys * EventEntitySection.SizeOf(limits.MaxNameBytes, Math.Max(limits.MaxEntityTextBytes, sizeof(long)));

    private static int EntityTextBytes(EventLimits limits) => limits.MaxNameBytes + limits.MaxEntityTextBytes;

    private bool End()
    {
        _ended = true;
        return false;
    }

    private bool TryReadEvent(scoped ref EventDraft draft)
    {
        var start = (int)_json.TokenStartIndex;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var member = EventMembers.Of(ref _json);
            if (member == EventMember.None)
                return Refuse(Text(_json.ValueSpan), "", "is not a member of an event; it has id, source, type, entity, time, created and data");
            if (!draft.TryMark(member)) return Refuse(EventMembers.NameOf(member), "", "must stand once");
            if (!_json.Read() || !TryReadMember(member, ref draft)) return false;
        }
        var length = (int)_json.BytesConsumed - start;
        if (length > _limits.MaxEventBytes) return Refuse("", $"{length} bytes", $"must have at most {_limits.MaxEventBytes}");
        if (!Utf8.IsValid(_body.Slice(start, length))) return Refuse("", "", "must be UTF-8");
        var missing = draft.FirstMissing();
        return missing == EventMember.None || Refuse(EventMembers.NameOf(missing), "", "is missing; every event has source, type, entity, time and data");
    }

    private bool TryReadMember(EventMember member, scoped ref EventDraft draft) => member switch
    {
        EventMember.Id => TryReadText("id", _limits.MaxIdBytes, ref draft, out draft.Id),
        EventMember.Source => TryReadText("source", _limits.MaxNameBytes, ref draft, out draft.Source),
        EventMember.Type => TryReadText("type", _limits.MaxNameBytes, ref draft, out draft.Type),
        EventMember.Entity => TryReadEntity(ref draft),
        EventMember.Time => TryReadTime("time", out draft.EventTime),
        EventMember.Created => TryReadTime("created", out draft.CreatedTime),
        _ => TryReadData(ref draft),
    };

    private bool TryReadText(string member, int maxBytes, scoped ref EventDraft draft, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_json.TokenType != JsonTokenType.String) return Refuse(member, Shown(), "must be a string");
        if (_json.ValueSpan.Length > maxBytes) return Refuse(member, Shown(), $"must have at most {maxBytes} bytes");
        text = draft.Unescaped(ref _json);
        if (text.IsEmpty) return Refuse(member, "\"\"", "must not be empty");
        return !text.ContainsAnyInRange((byte)0, (byte)0x1F) || Refuse(member, Shown(), "must hold no control characters");
    }

    private bool TryReadTime(string member, out long microseconds)
    {
        microseconds = 0;
        if (_json.TokenType != JsonTokenType.String) return Refuse(member, Shown(), Rfc3339.Rule);
        return Rfc3339.TryParse(_json.ValueSpan, out microseconds) || Refuse(member, Shown(), Rfc3339.Rule);
    }

    private bool TryReadEntity(scoped ref EventDraft draft)
    {
        if (_json.TokenType != JsonTokenType.StartObject) return Refuse("entity", Shown(), "must be an object of join keys");
        var keys = new EventEntitySection(draft.TakeEntityRoom(EntityBytes(_limits), EntityTextBytes(_limits), out var texts));
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (keys.Count == _limits.MaxEntityKeys) return Refuse("entity", "", $"must have at most {_limits.MaxEntityKeys} join keys");
            if (_json.ValueSpan.Length > _limits.MaxNameBytes)
                return Refuse("entity", Text(_json.ValueSpan), $"must have names of at most {_limits.MaxNameBytes} bytes");
            var name = EventDraft.Unescaped(ref _json, texts);
            if (name.IsEmpty) return Refuse("entity", "\"\"", "must have no empty name");
            _json.Read();
            if (!TryReadKey(ref keys, name, texts[_limits.MaxNameBytes..])) return false;
        }
        draft.Entity = keys.Bytes;
        draft.EntityKeyCount = keys.Count;
        return keys.Count > 0 || Refuse("entity", "{}", "must have a join key");
    }

    private bool TryReadKey(scoped ref EventEntitySection keys, scoped ReadOnlySpan<byte> name, Span<byte> scratch)
    {
        const string rule = "must be a whole number of 64 bits or a string";
        bool added;
        if (_json.TokenType == JsonTokenType.Number)
        {
            if (!_json.TryGetInt64(out var number)) return RefuseKey(name, Shown(), rule);
            added = keys.TryAdd(name, number);
        }
        else if (_json.TokenType == JsonTokenType.String)
        {
            if (_json.ValueSpan.Length > _limits.MaxEntityTextBytes) return RefuseKey(name, Shown(), $"must have at most {_limits.MaxEntityTextBytes} bytes");
            var text = EventDraft.Unescaped(ref _json, scratch);
            if (text.IsEmpty) return RefuseKey(name, "\"\"", "must not be empty");
            added = keys.TryAdd(name, text);
        }
        else
        {
            return RefuseKey(name, Shown(), rule);
        }
        return added || RefuseKey(name, "", "must stand once");
    }

    private bool TryReadData(scoped ref EventDraft draft)
    {
        if (_json.TokenType != JsonTokenType.StartObject) return Refuse("data", Shown(), "must be an object");
        var start = (int)_json.TokenStartIndex;
        var depth = 1;
        while (depth > 0 && _json.Read())
        {
            switch (_json.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (++depth > _limits.MaxDataDepth) return Refuse("data", "", $"must be at most {_limits.MaxDataDepth} levels deep");
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    depth--;
                    break;
                case JsonTokenType.String or JsonTokenType.PropertyName when _json.ValueIsEscaped:
                    // Throws for half characters, which every later reader of the data would stumble over.
                    _ = _json.GetString();
                    break;
            }
        }
        draft.Data = _body[start..(int)_json.BytesConsumed];
        return true;
    }
}
