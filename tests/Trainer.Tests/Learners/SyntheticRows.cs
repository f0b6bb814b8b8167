using Trainer.Data;
using Trainer.Learners;

namespace Trainer.Tests.Learners;

/// <summary>
/// Random rows with numbers (some missing, some exactly zero) and categories (some missing), and labels that depend on all of them.
/// </summary>
internal sealed class SyntheticRows
{
    private readonly SplitMix64 _random;
    private readonly double[] _effects;

    public SyntheticRows(int rows, int categories, ulong seed)
    {
        _random = new SplitMix64(seed);
        _effects = [.. Enumerable.Range(0, categories).Select(_ => Noise())];
        Table = new FeatureTable(
        [
            new FeatureColumn("x", Numbers(rows)),
            new FeatureColumn("y", Numbers(rows)),
            new FeatureColumn("kind", Texts(rows, categories)),
        ]);
        Signal = [.. Enumerable.Range(0, rows).Select(SignalOf)];
        Encoding = FeatureEncoding.Fit(Table);
    }

    public FeatureTable Table { get; }
    public FeatureEncoding Encoding { get; }
    public double[] Signal { get; }

    public float[] Regression => [.. Signal.Select(s => (float)(10 * s))];
    public float[] Binary => [.. Signal.Select(s => s > 0 ? 1f : 0f)];

    /// <summary>Classes 0 to 2.</summary>
    public float[] Classes => [.. Signal.Select(s => s > 0.5 ? 2f : s > -0.5 ? 1f : 0f)];

    public BoostedTrees Fit(float[] labels, int rounds, params (string Name, string Value)[] parameters)
    {
        var settings = new BoostedTreesSettings
        {
            FeatureNames = ["x", "y", "kind"],
            CategoryColumns = [.. Encoding.CategoryColumns],
            Parameters = parameters.ToDictionary(p => p.Name, p => p.Value),
            Rounds = rounds,
            Seed = 3,
        };
        return BoostedTreesLearner.Fit(new LabeledMatrix(Encoding.Encode(Table), labels), null, settings);
    }

    private float[] Numbers(int rows) => [.. Enumerable.Range(0, rows).Select(_ => _random.Next(10) switch
    {
        0 => float.NaN,
        1 => 0f,
        _ => (float)Noise(),
    })];

    private string[] Texts(int rows, int categories) =>
        [.. Enumerable.Range(0, rows).Select(_ => _random.NextDouble() < 0.05 ? "" : $"k{_random.Next(categories)}")];

    private double SignalOf(int row)
    {
        var x = Table.Columns[0].Numbers![row];
        var y = Table.Columns[1].Numbers![row];
        var kind = Table.Columns[2].Texts![row];
        var effect = kind.Length == 0 ? 1 : _effects[int.Parse(kind[1..])];
        return (float.IsNaN(x) ? 0.8 : x) * (y == 0 ? 2 : 1) - (float.IsNaN(y) ? -0.5 : y) + effect + 0.2 * Noise();
    }

    private double Noise() => 2 * _random.NextDouble() - 1;
}
