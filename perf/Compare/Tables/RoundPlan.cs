namespace Compare.Tables;

/// <summary>How long sides that take turns are measured.</summary>
/// <param name="Rounds">Of each side.</param>
/// <param name="Seconds">Of a round.</param>
/// <param name="Warmup">Seconds of load before the first round, which do not count.</param>
/// <param name="NoiseLimit">Share of the machine that others may use in a round before it counts as noisy.</param>
internal sealed record RoundPlan(int Rounds, double Seconds, double Warmup, double NoiseLimit);
