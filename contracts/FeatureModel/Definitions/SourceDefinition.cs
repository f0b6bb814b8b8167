using System.Text.Json.Serialization;

namespace FeatureModel.Definitions;

/// <summary>Where the values of views come from.</summary>
public sealed class SourceDefinition : NamedDefinition
{
    /// <summary>
    /// <c>events</c>: the event stream (embedded journal or Kafka); <c>push</c>: whole rows, sent by a caller or read from a topic;
    /// <c>file</c>: history in files or the lake, for backfill and training.
    /// </summary>
    public string Kind { get; set; } = "";

    /// <summary>What an event carries beside its envelope (id, source, type, time, entity); the columns of a pushed row.</summary>
    public List<FieldDefinition> Fields { get; set; } = [];

    /// <summary>Where history lies, for kind <c>file</c> and for the backfill of the others: a path or a lake table.</summary>
    public string? Path { get; set; }

    /// <summary>Column of the event time in history.</summary>
    public string? EventTimeColumn { get; set; } = "event_time";

    /// <summary>
    /// Whether history has no event time, as a table of members often has none: its rows then count as having held since 1970, so that any row
    /// with a time is newer. Not for kind <c>events</c>.
    /// </summary>
    public bool Timeless { get; set; }

    /// <summary>Column of an event's type in history, for kind <c>events</c>.</summary>
    public string? TypeColumn { get; set; } = "type";

    /// <summary>Column of the created time in history; without it rows of one event time keep their order.</summary>
    public string? CreatedTimeColumn { get; set; }

    /// <summary>Events older than the newest seen of their partition by more than this are late and refused, for example <c>7d</c>.</summary>
    public string? Lateness { get; set; } = "1d";

    [JsonIgnore]
    public override DefinitionKind ObjectKind => DefinitionKind.Source;
}
