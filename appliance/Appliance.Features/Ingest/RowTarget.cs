// Hot path: every row passes here. Only a refusal allocates.
using Appliance.Features.Reading;
using FeatureModel.Values;

namespace Appliance.Features.Ingest;

/// <summary>A batch view, seen from the rows of its source. Immutable.</summary>
public sealed class RowTarget
{
    private readonly int[] _embeddings;

    /// <param name="view">The view.</param>
    /// <param name="fields">For each feature its position in the source's schema; -1 where rows cannot have it.</param>
    public RowTarget(ServedView view, int[] fields)
    {
        (View, Fields) = (view, fields);
        _embeddings = [.. Enumerable.Range(0, fields.Length).Where(f => view.Features[f].Dimension > 0 && fields[f] >= 0)];
    }

    public ServedView View { get; }

    /// <summary>For each feature its position in the source's schema; -1 where rows cannot have it.</summary>
    public int[] Fields { get; }

    /// <summary>Puts the row's values into the view's order and types.</summary>
    public void Take(EventFields row, Span<FeatureValue> values)
    {
        for (var i = 0; i < values.Length; i++) values[i] = Fields[i] < 0 ? FeatureValue.Null : WideningConversion.To(View.Features[i].Type, row[Fields[i]]);
    }

    /// <summary>Null, or the first embedding of the row that has another length than the view declares: field, value and rule.</summary>
    public string? RefuseLength(EventFields row)
    {
        foreach (var feature in _embeddings)
        {
            if (RefuseLength(feature, row[Fields[feature]]) is { } rule) return $"data.{View.Features[feature].Name} {rule}";
        }
        return null;
    }

    /// <summary>The same of one value, without its place: "has 2 elements; it must have ...".</summary>
    public string? RefuseLength(int feature, FeatureValue value)
    {
        var dimension = View.Features[feature].Dimension;
        if (dimension == 0 || value.IsNull || !value.Type.IsList() || value.AsList.Length == dimension) return null;
        return $"has {value.AsList.Length} elements; it must have {dimension}, its dimension in feature view '{View.Name}'";
    }

    /// <summary>Null, or the features that the row has no column for: as it replaces the whole row, they would silently be emptied.</summary>
    public string? RefuseGaps(EventFields row)
    {
        foreach (var field in Fields)
        {
            if (field >= 0 && !row.Has(field)) return Gaps(row);
        }
        return null;
    }

    private string Gaps(EventFields row)
    {
        var missing = View.Features.Where((_, i) => Fields[i] >= 0 && !row.Has(Fields[i])).Select(f => $"'{f.Name}'");
        return $"data has no {string.Join(", ", missing)}; a row must have every feature of feature view '{View.Name}', or null for it";
    }
}
