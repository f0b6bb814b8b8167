// Hot path: one per score and row.
namespace Appliance.Scoring.Features;

/// <summary>One score of one row, where it lies in the request's result memory.</summary>
public readonly ref struct ScoreValue
{
    public ScoreKind Kind { get; init; }
    public double Number { get; init; }
    public long Integer { get; init; }

    /// <summary>UTF-8 as the graph gave it: nothing promises that it is valid.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>The band of the score; null without bands.</summary>
    public ScoreBand? Band { get; init; }
}
