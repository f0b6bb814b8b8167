using FeatureModel.Expressions;

namespace Appliance.Features.Reading;

/// <summary>One on-demand feature to compute for every entity of a read.</summary>
/// <param name="Expression">How.</param>
/// <param name="Slots">Number of slots of the expression's view.</param>
/// <param name="Sources">Where the slots that the expression uses come from.</param>
/// <param name="Column">The computed column that takes the values.</param>
public sealed record ComputeStep(CompiledExpression Expression, int Slots, SlotSource[] Sources, int Column);
