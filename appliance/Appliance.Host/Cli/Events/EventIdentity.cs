using System.Globalization;
using EventId = FeatureModel.Events.EventId;
using EventRecord = FeatureModel.Events.EventRecord;

namespace Appliance.Host.Cli.Events;

/// <summary>
/// Gives the events of one file ids that are the same whenever, and by whichever command, the file is read. An event's own id is kept. Where it has none,
/// it is the event of its content, as the journal derives it: but a line that stands in a file n times is n events, so from the second on they get an id of
/// their content and their count. An event that is sent with another time than its own gets the id of its own content. Lines that are added to a file
/// change no id.
/// Remembers 16 bytes of each event without an id of its own, some 100 with what finding them takes (measured over 1,500,000). Owned by one thread.
/// </summary>
internal sealed class EventIdentity
{
    /// <summary>Characters of an id at most: 32 digits, a hyphen, a count.</summary>
    public const int MaxLength = 32 + 1 + 10;

    private readonly HashSet<EventId> _seen = [];
    private readonly Dictionary<EventId, int> _counts = [];

    /// <summary>The id to send with an event; null where the journal is to derive it.</summary>
    /// <param name="record">The event as the file has it.</param>
    /// <param name="isMoved">Whether it is sent with another time.</param>
    public string? Of(EventRecord record, bool isMoved)
    {
        if (record.HasGivenId) return null;
        var id = record.Id;
        if (_seen.Add(id)) return isMoved ? id.ToString() : null;
        var count = _counts.TryGetValue(id, out var before) ? before + 1 : 2;
        _counts[id] = count;
        return string.Create(CultureInfo.InvariantCulture, $"{id}-{count}");
    }
}
