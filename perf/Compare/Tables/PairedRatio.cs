using Compare.Results;

namespace Compare.Tables;

/// <summary>Ratios of two sides that took turns: each round with the other side's of the same number, since the machine's speed drifts between rounds. Pure.</summary>
internal static class PairedRatio
{
    /// <summary>Of what is measured to its yardstick, round by round.</summary>
    public static Spread Of(IReadOnlyList<double> measured, IReadOnlyList<double> yardstick)
    {
        if (measured.Count != yardstick.Count) throw new ArgumentException($"measured has {measured.Count} rounds and the yardstick {yardstick.Count}; they must have as many.", nameof(measured));
        return Spread.Of(measured.Zip(yardstick, (mine, theirs) => mine / theirs));
    }
}
