namespace Appliance.Host.Profiles;

/// <summary>The hardware profile in force.</summary>
/// <param name="Origin">Where it comes from: a name, a path, or auto.</param>
/// <param name="Reasons">Why it is as it is, a sentence each.</param>
internal sealed record ProfileChoice(HardwareProfile Profile, string Origin, IReadOnlyList<string> Reasons);
