namespace TestKit;

/// <summary>A family as read from a page.</summary>
public sealed record PrometheusFamily(string Name, string Type, string Help, List<PrometheusSample> Samples);
