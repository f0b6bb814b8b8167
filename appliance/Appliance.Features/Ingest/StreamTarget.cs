using Appliance.Features.Reading;
using FeatureModel.Expressions;

namespace Appliance.Features.Ingest;

/// <summary>A stream view, seen from the events of its source: where its plan's fields and filters come from. Immutable.</summary>
/// <param name="View">The view.</param>
/// <param name="Fields">For each field of the plan its position in the source's schema.</param>
/// <param name="Filters">For each filter of the plan the expression; slot 0 is the event's type, the schema's fields follow.</param>
public sealed record StreamTarget(ServedView View, int[] Fields, CompiledExpression[] Filters);
