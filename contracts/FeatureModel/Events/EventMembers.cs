// Hot path: every member of every event passes here.
using System.Numerics;
using System.Text.Json;

namespace FeatureModel.Events;

/// <summary>The names of an event's members.</summary>
internal static class EventMembers
{
    public const EventMember Required = EventMember.Source | EventMember.Type | EventMember.Entity | EventMember.Time | EventMember.Data;

    private static readonly string[] Names = ["id", "source", "type", "entity", "time", "created", "data"];

    /// <summary>The member whose name the reader stands on.</summary>
    public static EventMember Of(scoped ref Utf8JsonReader json)
    {
        if (json.ValueIsEscaped) return OfEscaped(ref json);
        var name = json.ValueSpan;
        if (name.SequenceEqual("source"u8)) return EventMember.Source;
        if (name.SequenceEqual("type"u8)) return EventMember.Type;
        if (name.SequenceEqual("entity"u8)) return EventMember.Entity;
        if (name.SequenceEqual("time"u8)) return EventMember.Time;
        if (name.SequenceEqual("data"u8)) return EventMember.Data;
        if (name.SequenceEqual("id"u8)) return EventMember.Id;
        return name.SequenceEqual("created"u8) ? EventMember.Created : EventMember.None;
    }

    public static string NameOf(EventMember member) => Names[BitOperations.TrailingZeroCount((int)member)];

    private static EventMember OfEscaped(ref Utf8JsonReader json)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (json.ValueTextEquals(Names[i])) return (EventMember)(1 << i);
        }
        return EventMember.None;
    }
}
