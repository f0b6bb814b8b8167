using Appliance.Features.Ingest;
using Appliance.Features.Reading;

namespace Appliance.Features.Verification;

/// <summary>What a replay must know of the store whose reads it judges.</summary>
/// <param name="Ingest">How events are admitted.</param>
/// <param name="Progress">Which definitions the store has applied events by.</param>
/// <param name="MaxRowBytes">Bytes of a row at most, by its key's length.</param>
/// <param name="Counts">Whether a view counts what stands at a position: nothing of before it began.</param>
/// <param name="ProcessStart">The journal's end when this process opened it.</param>
internal sealed record VerificationSettings(
    IngestOptions Ingest, StreamProgress Progress, Func<int, int> MaxRowBytes, Func<ServedView, long, bool> Counts, long ProcessStart)
{
    /// <summary>Samples of a run at most, the newest. 100,000: some 100 MB with ten features each, and enough for a rate of one in a million to show.</summary>
    public int MostSamples { get; init; } = 100_000;

    /// <summary>Events of sampled entities that are kept at most. 1,000,000: some 200 MB.</summary>
    public int MostEvents { get; init; } = 1_000_000;
}
