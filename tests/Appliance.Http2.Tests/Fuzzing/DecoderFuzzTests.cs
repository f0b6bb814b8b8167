using TestKit.Fuzzing;

namespace Appliance.Http2.Tests.Fuzzing;

/// <summary>What peers send, damaged in all ways: served, or refused by the rules; never anything else.</summary>
public sealed class DecoderFuzzTests
{
    [Fact]
    public void Header_blocks() => IsSound(new HpackSubject());

    [Fact]
    public void Connections() => IsSound(new ConnectionSubject());

    // Damage that is always fatal, or never, would show nothing.
    private static void IsSound(FuzzSubject subject)
    {
        var tally = FuzzRun.Run(subject);
        Assert.InRange(tally.Taken, tally.Inputs / 100, tally.Inputs * 99 / 100);
    }
}
