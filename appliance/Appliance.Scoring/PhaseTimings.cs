// Hot path: one per answered request.
using Appliance.Inference.Batching;

namespace Appliance.Scoring;

/// <summary>How long each phase of an answered request took, in milliseconds. The first five add up to the last.</summary>
/// <param name="DecodeMs">From having the whole request to handing it to the batcher: parsing, choosing the version, checking; without the reading of features.</param>
/// <param name="FeaturesMs">Reading features of entities from the store and deriving what is computed of them; 0 where the request brought all.</param>
/// <param name="QueueMs">Waiting for an instance.</param>
/// <param name="InferMs">In an inference call: copying in, running, copying out.</param>
/// <param name="EncodeMs">From the answer being there to its being written, the wake-up of the waiting request included.</param>
public readonly record struct PhaseTimings(double DecodeMs, double FeaturesMs, double QueueMs, double InferMs, double EncodeMs, double TotalMs)
{
    /// <summary>The phases of a request whose answer is being written <paramref name="now"/>.</summary>
    public static PhaseTimings Of(in RequestTimings at, long now, long frequency) => new(
        Milliseconds(at.Received + at.Features, at.Queued, frequency),
        Milliseconds(0, at.Features, frequency),
        Milliseconds(at.Queued, at.Taken, frequency),
        Milliseconds(at.Taken, at.OutputReady, frequency),
        Milliseconds(at.OutputReady, now, frequency),
        Milliseconds(at.Received, now, frequency));

    public static PhaseTimings operator +(in PhaseTimings a, in PhaseTimings b) => new(
        a.DecodeMs + b.DecodeMs, a.FeaturesMs + b.FeaturesMs, a.QueueMs + b.QueueMs, a.InferMs + b.InferMs, a.EncodeMs + b.EncodeMs, a.TotalMs + b.TotalMs);

    // To the microsecond: finer is noise of the clock.
    private static double Milliseconds(long from, long to, long frequency) => Math.Round((to - from) * 1e3 / frequency, 3);
}
