using System.Globalization;
using Appliance.Features.Reading;
using FeatureModel.Values;

namespace Appliance.Host.Rest.Features;

/// <summary>Names the member of a request for features that is at fault, as it was sent, where the store has refused the rows. Pure.</summary>
internal static class ReadRowsRefusal
{
    /// <summary>Null where none of the rows' columns is at fault.</summary>
    public static RequestRefusal? Of(FeatureReadCall call, FeatureReadPlan plan)
    {
        var rows = call.Rows;
        if (rows.Mismatch() is >= 0 and var odd)
        {
            var place = Place(call.Request, odd);
            return new($"{place} has {rows.Values(odd).Length} values and {Place(call.Request, 0)} has {rows.Rows}; every column must have one value for each entity", place);
        }
        foreach (var required in plan.Required)
        {
            var column = rows.Find(required.Name);
            if (column < 0) return Missing(call.Request, required);
            if (required.IsKey && WrongKey(rows.Values(column), required.Type, Place(call.Request, column)) is { } wrong) return wrong;
        }
        return null;
    }

    // Whose entity is named by ids or a query asks for features that need another; whoever sends columns has left one out.
    private static RequestRefusal Missing(FeatureReadRequest request, in RequiredColumn required)
    {
        var needs = $"entities has no '{required.Name}', which feature view '{required.View}' needs as {required.Type.Name()}";
        if (request.Columns.Count > 0 && !request.HasIds) return new(needs, "entities");
        return new($"{needs}: it is no feature of entity '{request.Entity}' alone", request.Selection.Kind == SelectionKind.Service ? "featureService" : "features");
    }

    private static RequestRefusal? WrongKey(ReadOnlySpan<FeatureValue> values, FeatureDataType type, string column)
    {
        for (var row = 0; row < values.Length; row++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{column}[{row}]");
            if (values[row].IsNull) return new($"{place} is null; it must be {type.Name()}", place);
            if (type == FeatureDataType.String && values[row].Type == type && values[row].AsString.Length is var length and > EntityKey.MaxTextLength)
            {
                return new($"{place} has {length} characters; at most {EntityKey.MaxTextLength} are taken in a key", place);
            }
        }
        return null;
    }

    // A query names no columns; what is wrong with its keys was told when they were read.
    private static string Place(FeatureReadRequest request, int column) => request.Columns.Count == 0 ? "id" : request.Columns[column] switch
    {
        { Member: ReadMember.Ids } => "ids",
        { Member: ReadMember.Inputs, Name: var name } => $"requestInputs.{name}",
        { Name: var name } => $"entities.{name}",
    };
}
