using Appliance.Features.Reading;

namespace Appliance.Features.Ingest;

/// <summary>A batch view, seen from the rows of its source. Immutable.</summary>
/// <param name="View">The view.</param>
/// <param name="Fields">For each feature its position in the source's schema.</param>
public sealed record RowTarget(ServedView View, int[] Fields);
