namespace Appliance.Inference.Lifecycle;

/// <summary>One version as the repository index shows it.</summary>
/// <param name="Reason">Why it failed or was unloaded; empty otherwise.</param>
public sealed record ModelVersionStatus(string Model, long Version, ModelState State, string Reason, bool Routed, bool Pinned);
