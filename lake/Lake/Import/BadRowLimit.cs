namespace Lake.Import;

/// <summary>How many bad rows an import takes before it stops, and what is kept of them. Immutable.</summary>
public sealed record BadRowLimit
{
    /// <summary>Bad rows at most, 0 or more. 10,000: more than anyone reads.</summary>
    public long MaxRows { get; init; } = 10_000;

    /// <summary>Bad rows of all rows at most, from 0 to 1; looked at from <see cref="ShareFromRows"/> rows on and at the end. A half: beyond it the layout is wrong, not the rows.</summary>
    public double MaxShare { get; init; } = 0.5;

    /// <summary>Rows from which on the share is looked at while rows are read.</summary>
    public long ShareFromRows { get; init; } = 1000;

    /// <summary>Characters of a bad row, and of its value, that are kept at most. 4,096: a screen.</summary>
    public int MaxTextLength { get; init; } = 4096;
}
