namespace Appliance.Features.Reading;

/// <summary>One view whose rows a plan reads.</summary>
/// <param name="View">The view.</param>
/// <param name="KeyColumns">For each of its join keys the position among the plan's required columns.</param>
/// <param name="FirstComputed">Of a stream view: the computed column of its first feature; the others follow. -1 for a batch view.</param>
public sealed record ViewRead(ServedView View, int[] KeyColumns, int FirstComputed);
