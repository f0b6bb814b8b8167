using System.Text;
using FeatureModel.Events;

namespace Appliance.Features.Ingest;

/// <summary>Where the events of one source go. Immutable; part of a state of the catalog.</summary>
/// <param name="Kind">The source's kind: events, push or file.</param>
/// <param name="Schema">The fields of its events or rows.</param>
/// <param name="LatenessMicros">How far an event may lie behind the newest of its partition, in microseconds.</param>
/// <param name="Streams">The stream views over it.</param>
/// <param name="Rows">The batch views that its rows go to.</param>
public sealed record SourceRoute(string Kind, SourceSchema Schema, long LatenessMicros, IReadOnlyList<StreamTarget> Streams, IReadOnlyList<RowTarget> Rows)
{
    /// <summary>Whether it takes whole rows, and nothing else.</summary>
    public bool TakesRows { get; } = Kind != "events";

    /// <summary>Whether its rows go to the batch view of that number.</summary>
    public bool HasRows(uint view)
    {
        for (var i = 0; i < Rows.Count; i++)
        {
            if (Rows[i].View.Number == view) return true;
        }
        return false;
    }

    /// <summary>Null, or why the source takes no event of that type: member, value and rule.</summary>
    public string? RefuseType(EventRecord record)
    {
        if (record.IsRow == TakesRows) return null;
        var takes = TakesRows ? "rows alone: events of type 'row'" : "events of any type but 'row'";
        return $"type is '{Encoding.UTF8.GetString(record.Type)}'; source '{Schema.Name}' is of kind {Kind}, which takes {takes}";
    }
}
