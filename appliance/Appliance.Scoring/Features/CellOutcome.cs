namespace Appliance.Scoring.Features;

/// <summary>What became of a value offered for a feature.</summary>
internal enum CellOutcome : byte
{
    Ok,

    /// <summary>The feature takes another kind of value.</summary>
    WrongKind,

    /// <summary>The kind is right, the tensor cannot hold the number.</summary>
    OutOfRange,
}
