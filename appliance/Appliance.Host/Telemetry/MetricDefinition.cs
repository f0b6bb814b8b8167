namespace Appliance.Host.Telemetry;

/// <summary>One metric family as scrapers and readers see it.</summary>
/// <param name="Unit">In the metric's own words: µs, s, By, {row}, {request}.</param>
/// <param name="Labels">In the order in which samples give their values.</param>
internal sealed record MetricDefinition(string Name, MetricKind Kind, string Unit, string Help, params string[] Labels);
