using Appliance.Features.Rows;
using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>A row layout, seen from one version of its view: which column holds which of that version's features. Immutable.</summary>
public sealed class ServedLayout
{
    private readonly int[] _columns;
    private readonly FeatureDataType[] _types;

    /// <param name="layout">Where values lie in the row.</param>
    /// <param name="features">The view's features.</param>
    /// <param name="columns">For each of them the column of the layout; -1 where it has none of that meaning.</param>
    public ServedLayout(RowLayout layout, IReadOnlyList<ServedFeature> features, int[] columns)
    {
        Layout = layout;
        _columns = columns;
        _types = [.. features.Select(f => f.Type)];
    }

    public RowLayout Layout { get; }

    /// <summary>The column of the view's feature at that position; -1 where rows of this layout are older than the feature.</summary>
    public int Column(int feature) => _columns[feature];

    /// <summary>The feature's value in a row, in the type that the view now declares; null where the row has none.</summary>
    public FeatureValue Read(ReadOnlySpan<byte> row, int feature)
    {
        var column = _columns[feature];
        return column < 0 ? FeatureValue.Null : WideningConversion.To(_types[feature], Layout.Read(row, column));
    }

    /// <summary>The feature's value as a number; false where the row has none, or none that is a number.</summary>
    public bool TryReadNumber(ReadOnlySpan<byte> row, int feature, out double number)
    {
        var column = _columns[feature];
        number = 0;
        return column >= 0 && Layout.TryReadNumber(row, column, out number);
    }
}
