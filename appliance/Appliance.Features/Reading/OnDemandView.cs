using FeatureModel.Expressions;

namespace Appliance.Features.Reading;

/// <summary>The compiled expressions of an on-demand view, one a feature, and what their slots stand for. Immutable.</summary>
public sealed record OnDemandView(IReadOnlyList<CompiledExpression> Expressions, IReadOnlyList<OnDemandInput> Inputs);
