namespace Appliance.Host.Cli.Bench;

/// <summary>What one run at one rate came to.</summary>
/// <param name="Rate">Requests a second that were due, by Poisson arrivals.</param>
/// <param name="Achieved">Requests a second that were answered well.</param>
/// <param name="Requests">Those that counted.</param>
/// <param name="P50">Milliseconds from the intended send; so are the others.</param>
/// <param name="Lag">The 99th percentile of the milliseconds that requests left the generator too late, which <paramref name="P99"/> has in it.</param>
internal sealed record BenchTrial(double Rate, double Achieved, long Requests, long Failed, double P50, double P99, double P999, double Lag)
{
    /// <summary>Whether every request was answered well, and 99 of 100 in time.</summary>
    public bool Meets(double boundMilliseconds) => Failed == 0 && Requests > 0 && P99 <= boundMilliseconds;
}
