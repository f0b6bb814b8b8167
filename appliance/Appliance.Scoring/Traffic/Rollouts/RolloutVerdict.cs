namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>What somebody who knows the outcomes says of a candidate's quality: a trainer with labels that came late, or a person.</summary>
/// <param name="Metrics">Figures that the verdict rests on, by name; kept, not judged.</param>
public sealed record RolloutVerdict(bool Passed, string Author, string Reason, Dictionary<string, double> Metrics, DateTimeOffset At);
