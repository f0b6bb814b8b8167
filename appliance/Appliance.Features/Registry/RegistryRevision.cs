namespace Appliance.Features.Registry;

/// <summary>One change of the registry: who made it, when and why.</summary>
/// <param name="Number">From 1, without gaps.</param>
public sealed record RegistryRevision(long Number, DateTimeOffset Time, string Author, string Reason);
