using FeatureModel.Definitions;
using FeatureModel.Expressions;
using FeatureModel.Values;

namespace FeatureModel;

/// <summary>The names that expressions of definitions may use, in one place, so that they mean the same online and offline.</summary>
public static class ExpressionScopes
{
    /// <summary>The moment of the read; offline the row's own time.</summary>
    public const string RequestTime = "request_time";

    /// <summary>An event's type: slot 0. The source's fields follow in their order.</summary>
    public const string EventType = "type";

    /// <summary>What filters over a source's events may name.</summary>
    public static ExpressionScope OfEvents(SourceDefinition source) => OfEvents(source.Fields);

    /// <summary>What filters may name over events that have these fields, in this order.</summary>
    public static ExpressionScope OfEvents(IReadOnlyList<FieldDefinition> fields)
    {
        var scope = new ExpressionScope();
        scope.Add(null, EventType, FeatureDataType.String);
        foreach (var field in fields)
        {
            // A field of that name would hide the event's own type; it keeps its slot and cannot be named.
            var name = field.Name == EventType ? $"data.{field.Name}" : field.Name;
            scope.Add(null, name, TypeOf(field.Type));
        }
        return scope;
    }

    /// <summary>What expressions of an on-demand view may name: features of its inputs, the request's columns, the moment, its tables.</summary>
    /// <param name="view">A view whose own rules hold.</param>
    /// <param name="catalog">The views that it names.</param>
    public static ExpressionScope OfOnDemand(FeatureViewDefinition view, DefinitionCatalog catalog)
    {
        var scope = new ExpressionScope();
        foreach (var input in view.Inputs)
        {
            foreach (var feature in catalog.View(input)?.Features ?? []) scope.Add(input, feature.Name, TypeOf(feature.Type));
        }
        foreach (var column in view.RequestInputs) scope.Add(null, column.Name, TypeOf(column.Type));
        if (view.RequestInputs.TrueForAll(c => c.Name != RequestTime)) scope.Add(null, RequestTime, FeatureDataType.UnixTimestamp);
        foreach (var table in view.LookupTables)
        {
            if (LookupTable.TryCreate(table, out var made, out _)) scope.Add(made);
        }
        return scope;
    }

    private static FeatureDataType TypeOf(string name) => FeatureDataTypes.TryParse(name, out var type) ? type : FeatureDataType.String;
}
