using Trainer.Data;
using Trainer.Learners;

namespace Trainer.Export;

/// <summary>Rows that an export is proven on: real ones, and real ones with values changed to those that exports get wrong.</summary>
internal sealed class ParityRows(TreeModel trees, FeatureEncoding encoding, long seed)
{
    private const double ChangedShare = 0.3;

    private static readonly float[] _oddNumbers =
    [
        0, -0f, FloatThreshold.ZeroBound, -FloatThreshold.ZeroBound, 1e-36f, -1e-36f, float.Epsilon, 1, -1,
        float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity,
    ];

    private readonly SplitMix64 _random = new((ulong)seed);

    /// <summary><paramref name="count"/> rows: at most four in five from <paramref name="real"/> as they are, the rest changed.</summary>
    public FeatureTable Build(FeatureTable real, int count)
    {
        var kept = Math.Min(real.Rows, count * 4 / 5);
        var sources = Enumerable.Range(0, count - kept).Select(_ => _random.Next(real.Rows)).ToList();
        return real.Select([.. Enumerable.Range(0, kept)]).Append(Change(real.Select(sources)));
    }

    private FeatureTable Change(FeatureTable rows) => new([.. rows.Columns.Select((column, feature) => column.Numbers is not null
        ? new FeatureColumn(column.Name, ChangeSome(column.Numbers, [[float.NaN], _oddNumbers, AroundThresholds(feature)]))
        : new FeatureColumn(column.Name, ChangeSome(column.Texts!, [[""], Unseen(feature), encoding.Features[feature].Categories])))]);

    /// <summary>A changed value comes from each group of candidates equally often.</summary>
    private T[] ChangeSome<T>(T[] values, IReadOnlyList<IReadOnlyList<T>> groups)
    {
        var filled = groups.Where(g => g.Count > 0).ToList();
        return Array.ConvertAll(values, value =>
        {
            if (_random.NextDouble() >= ChangedShare) return value;
            var group = filled[_random.Next(filled.Count)];
            return group[_random.Next(group.Count)];
        });
    }

    /// <summary>Each threshold with its neighbours on both sides: where rounding would show.</summary>
    private List<float> AroundThresholds(int feature) =>
    [
        .. trees.Trees.SelectMany(t => t.Splits)
            .Where(s => s.Feature == feature && s.Categories is null)
            .Select(s => (float)s.Threshold)
            .Distinct()
            .SelectMany(t => new[] { MathF.BitDecrement(t), t, MathF.BitIncrement(t) }),
    ];

    private string[] Unseen(int feature)
    {
        var unseen = string.Concat(encoding.Features[feature].Categories) + "?";
        return [unseen, unseen.ToUpperInvariant(), " "];
    }
}
