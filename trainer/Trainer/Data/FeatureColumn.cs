namespace Trainer.Data;

/// <summary>
/// The values of one feature as callers send them: numbers (missing is NaN) or texts (missing is empty). Exactly one array is set.
/// </summary>
internal sealed record FeatureColumn
{
    public FeatureColumn(string name, float[] numbers) => (Name, Numbers) = (name, numbers);

    public FeatureColumn(string name, string[] texts) => (Name, Texts) = (name, texts);

    public string Name { get; }
    public float[]? Numbers { get; }
    public string[]? Texts { get; }
    public int Rows => Numbers?.Length ?? Texts!.Length;

    public bool IsMissing(int row) => Numbers is not null ? float.IsNaN(Numbers[row]) : Texts![row].Length == 0;

    public FeatureColumn Select(IReadOnlyList<int> rows) => Numbers is not null
        ? new FeatureColumn(Name, [.. rows.Select(r => Numbers[r])])
        : new FeatureColumn(Name, [.. rows.Select(r => Texts![r])]);

    public FeatureColumn Append(FeatureColumn other) => Numbers is not null
        ? new FeatureColumn(Name, [.. Numbers, .. other.Numbers!])
        : new FeatureColumn(Name, [.. Texts!, .. other.Texts!]);
}
