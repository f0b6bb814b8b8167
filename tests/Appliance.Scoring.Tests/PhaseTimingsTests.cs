using Appliance.Inference.Batching;

namespace Appliance.Scoring.Tests;

public sealed class PhaseTimingsTests
{
    [Fact]
    public void The_phases_lie_end_to_end_in_milliseconds()
    {
        var at = new RequestTimings { Received = 1_000, Features = 7_000, Queued = 13_000, Taken = 16_000, InputReady = 20_000, Inferred = 50_000, OutputReady = 56_000 };
        var timings = PhaseTimings.Of(at, now: 58_500, frequency: 1_000_000);
        Assert.Equal(new PhaseTimings(5, 7, 3, 40, 2.5, 57.5), timings);
        Assert.Equal(timings.TotalMs, timings.DecodeMs + timings.FeaturesMs + timings.QueueMs + timings.InferMs + timings.EncodeMs);
        Assert.Equal(new PhaseTimings(10, 14, 6, 80, 5, 115), timings + timings);
    }

    [Fact]
    public void Durations_are_told_to_the_microsecond() =>
        Assert.Equal(0.012, PhaseTimings.Of(new RequestTimings { Received = 0, Queued = 12_345 }, 0, 1_000_000_000).DecodeMs);
}
