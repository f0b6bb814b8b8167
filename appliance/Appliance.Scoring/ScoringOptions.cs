namespace Appliance.Scoring;

/// <summary>Settings of the request path.</summary>
public sealed class ScoringOptions
{
    public const string Section = "Scoring";

    /// <summary>
    /// Requests inside the appliance at once at most, all models together; one more is refused with UNAVAILABLE.
    /// 16384: at 100,000 requests a second more than this means each waits over 160 ms, past the 100 ms promised.
    /// </summary>
    public int MaxConcurrentRequests { get; set; } = 16_384;
}
