using TestKit.Fuzzing;

namespace FeatureModel.Tests.Fuzzing;

/// <summary>Bodies of events, damaged in all ways: taken for what they say, or refused with a sentence; never anything else.</summary>
public sealed class DecoderFuzzTests
{
    [Fact]
    public void Bodies_of_events()
    {
        var tally = FuzzRun.Run(new EventsSubject());
        // Damage that is always fatal, or never, would show nothing.
        Assert.InRange(tally.Taken, tally.Inputs / 100, tally.Inputs * 99 / 100);
    }
}
