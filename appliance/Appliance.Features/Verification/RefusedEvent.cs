namespace Appliance.Features.Verification;

/// <summary>An event of a sampled entity that the definitions of now refuse.</summary>
/// <param name="Position">Where it stands in the journal.</param>
/// <param name="EventTime">When it happened, microseconds since 1970.</param>
/// <param name="IngestTime">When it was read.</param>
internal readonly record struct RefusedEvent(long Position, long EventTime, long IngestTime);
