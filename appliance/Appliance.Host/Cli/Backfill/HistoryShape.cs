using FeatureModel.Definitions;
using FeatureModel.Values;

namespace Appliance.Host.Cli.Backfill;

/// <summary>Which columns of a history file are what of an event, as a view and its source name them. Immutable.</summary>
internal sealed record HistoryShape(SourceDefinition Source, IReadOnlyList<FieldDefinition> Keys, string? IdColumn)
{
    /// <summary>Fields of the events' data with their types, in the order in which the source declares them.</summary>
    public IReadOnlyList<(string Name, FeatureDataType Type)> Fields { get; } =
        [.. Source.Fields.Select(f => (f.Name, FeatureDataTypes.TryParse(f.Type, out var type) ? type : FeatureDataType.String))];

    public string TimeColumn => Source.EventTimeColumn ?? "event_time";

    public string TypeColumn => Source.TypeColumn ?? "type";

    /// <summary>Columns that a file must have.</summary>
    public IEnumerable<string> Required => [TimeColumn, TypeColumn, .. Keys.Select(k => k.Name), .. IdColumn is null ? Array.Empty<string>() : [IdColumn]];
}
