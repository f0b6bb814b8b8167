namespace Appliance.Scoring.Traffic;

/// <summary>How somebody wants a model's requests split, and why.</summary>
public sealed record TrafficRequest(IReadOnlyList<TrafficShare> Arms, IReadOnlyList<ShadowShare> Shadows, string Author, string Reason);
