namespace Appliance.Features.Reading;

/// <summary>Where a slot's value comes from: a stored or computed feature, or a column of the request, or the moment of the read.</summary>
/// <param name="Slot">The slot to fill.</param>
/// <param name="Feature">The feature, as an output of the plan would give it; unused for a column.</param>
/// <param name="Required">Position among the plan's required columns; <see cref="NoColumn"/> for a feature, <see cref="Moment"/> for the moment of the read.</param>
public readonly record struct SlotSource(int Slot, FeatureOutput Feature, int Required)
{
    public const int NoColumn = -1;
    public const int Moment = -2;
}
