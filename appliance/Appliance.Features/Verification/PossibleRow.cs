using FeatureModel.PointInTime;

namespace Appliance.Features.Verification;

/// <summary>A row that a view may have had for the entity while it was read.</summary>
/// <param name="Known">The position before which the row has every event.</param>
/// <param name="Row">What the definition gives then.</param>
internal readonly record struct PossibleRow(long Known, PointInTimeRow Row)
{
    /// <summary>Whether nothing that is computed from them could differ.</summary>
    public bool IsAlike(in PossibleRow other) => Row.Status == other.Row.Status && Row.Values.AsSpan().SequenceEqual(other.Row.Values);
}
