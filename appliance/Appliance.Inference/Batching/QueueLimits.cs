namespace Appliance.Inference.Batching;

/// <summary>How long requests may wait for one model version; how many is the policy's.</summary>
/// <param name="DefaultTimeout">How long a request may wait; zero for no limit but its own deadline.</param>
/// <param name="AllowTimeoutOverride">Whether a request may shorten that by its "timeout" parameter.</param>
/// <param name="MayStandFor">
/// For how long the queue of <see cref="SelfTuningBatcher"/> may keep to waits above a small target before new requests are refused that would wait for
/// longer; zero for as long as it likes.
/// </param>
public sealed record QueueLimits(TimeSpan DefaultTimeout, bool AllowTimeoutOverride, TimeSpan MayStandFor = default);
