namespace Appliance.Inference.Batching;

/// <summary>How long requests may wait for one model version; how many is the policy's.</summary>
/// <param name="DefaultTimeout">How long a request may wait; zero for no limit but its own deadline.</param>
/// <param name="AllowTimeoutOverride">Whether a request may shorten that by its "timeout" parameter.</param>
public sealed record QueueLimits(TimeSpan DefaultTimeout, bool AllowTimeoutOverride);
