namespace Appliance.Scoring.Traffic;

/// <summary>One version's part in a split of the requests that name no version.</summary>
/// <param name="BasisPoints">Hundredths of a percent, 0 to 10,000. With 0 the version is kept ready and serves those alone who ask for it.</param>
public sealed record TrafficShare(long Version, int BasisPoints);
