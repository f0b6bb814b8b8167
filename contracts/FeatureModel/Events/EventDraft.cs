// Hot path: every event passes here.
using System.Text.Json;

namespace FeatureModel.Events;

/// <summary>One event while its members come in, in whatever order: parts of the body, and of a scratch space where the body has escapes.</summary>
internal ref struct EventDraft
{
    public Span<byte> Scratch;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Entity;
    public ReadOnlySpan<byte> Data;
    public int EntityKeyCount;
    public long EventTime;
    public long CreatedTime;
    private EventMember _seen;

    /// <summary>False where the member stood before.</summary>
    public bool TryMark(EventMember member)
    {
        if ((_seen & member) != 0) return false;
        _seen |= member;
        return true;
    }

    public readonly EventMember FirstMissing()
    {
        var missing = EventMembers.Required & ~_seen;
        return (EventMember)((int)missing & -(int)missing);
    }

    /// <summary>The string that the reader stands on: where it lies in the body, or its unescaped form in the scratch space.</summary>
    public ReadOnlySpan<byte> Unescaped(scoped ref Utf8JsonReader json)
    {
        var text = Unescaped(ref json, Scratch);
        if (json.ValueIsEscaped) Scratch = Scratch[text.Length..];
        return text;
    }

    /// <inheritdoc cref="Unescaped(ref Utf8JsonReader)"/>
    public static ReadOnlySpan<byte> Unescaped(scoped ref Utf8JsonReader json, Span<byte> scratch) =>
        json.ValueIsEscaped ? scratch[..json.CopyString(scratch)] : json.ValueSpan;

    /// <summary>Takes room for an entity's join keys out of the scratch space, and at its end, for the moment, room for a name and a text.</summary>
    public Span<byte> TakeEntityRoom(int keyBytes, int textBytes, out Span<byte> texts)
    {
        var room = Scratch[..keyBytes];
        Scratch = Scratch[keyBytes..];
        texts = Scratch[^textBytes..];
        return room;
    }

    public readonly EventParts ToParts(long ingestTime) => new()
    {
        IngestTime = ingestTime,
        EventTime = EventTime,
        CreatedTime = (_seen & EventMember.Created) != 0 ? CreatedTime : null,
        Source = Source,
        GivenId = Id,
        Type = Type,
        Entity = Entity,
        EntityKeyCount = EntityKeyCount,
        Data = Data,
    };
}
