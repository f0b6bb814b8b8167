namespace Appliance.Scoring.Features;

/// <summary>What a score is: which member of a <see cref="ScoreValue"/> holds it.</summary>
public enum ScoreKind : byte
{
    /// <summary>A floating-point number of at most 32 bits, in <see cref="ScoreValue.Number"/>: shortest when written as a float.</summary>
    Single,

    /// <summary><see cref="ScoreValue.Number"/>.</summary>
    Double,

    /// <summary><see cref="ScoreValue.Integer"/>.</summary>
    Int64,

    /// <summary><see cref="ScoreValue.Integer"/>, read as unsigned.</summary>
    UInt64,

    /// <summary><see cref="ScoreValue.Integer"/>, 0 or 1.</summary>
    Bool,

    /// <summary><see cref="ScoreValue.Text"/>.</summary>
    Text,
}
