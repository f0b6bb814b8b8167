namespace Appliance.Features.Reading;

/// <summary>One version of a feature service.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="References">The features in its order, as view:feature.</param>
/// <param name="Problem">Why it can no longer be read as what it was; null where it can.</param>
public sealed record ServedService(string Name, int Version, IReadOnlyList<string> References, string? Problem);
