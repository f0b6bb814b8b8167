using System.Globalization;

namespace Trainer.Data;

/// <summary>Rows of raw feature values, column by column; immutable.</summary>
internal sealed class FeatureTable(IReadOnlyList<FeatureColumn> columns)
{
    public IReadOnlyList<FeatureColumn> Columns { get; } = columns;
    public int Rows => Columns[0].Rows;

    public FeatureTable Select(IReadOnlyList<int> rows) => new([.. Columns.Select(c => c.Select(rows))]);

    public FeatureTable Append(FeatureTable other) => new([.. Columns.Zip(other.Columns, (a, b) => a.Append(b))]);

    /// <summary>One row as text for error messages.</summary>
    public string Describe(int row) => string.Join(", ", Columns.Select(c => c.Numbers is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{c.Name}={c.Numbers[row]:R}")
        : $"{c.Name}='{c.Texts![row]}'"));
}
