using System.Text.Json;

namespace Appliance.Scoring.Features;

/// <summary>A named band of a score. Immutable.</summary>
/// <param name="Min">The smallest score in the band, as the manifest has it; negative infinity in the band that takes the rest.</param>
/// <param name="Threshold">The same, rounded to the output's own precision: a float that callers read as 0.7 is in the band from 0.7.</param>
public sealed record ScoreBand(string Name, double Min, double Threshold)
{
    /// <summary>The name, encoded once for JSON answers.</summary>
    public JsonEncodedText JsonName { get; } = JsonNames.Encode(Name);
}
