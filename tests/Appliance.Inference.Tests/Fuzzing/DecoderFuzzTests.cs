using TestKit.Fuzzing;

namespace Appliance.Inference.Tests.Fuzzing;

/// <summary>A model's files, damaged in all ways: taken for what they say, or refused with a reason; never anything else.</summary>
public sealed class DecoderFuzzTests
{
    [Fact]
    public void Configurations_as_text() => IsSound(new ConfigTextSubject());

    [Fact]
    public void Configurations_as_JSON() => IsSound(new ConfigJsonSubject());

    [Fact]
    public void Manifests() => IsSound(new ManifestSubject());

    // Damage that is always fatal, or never, would show nothing.
    private static void IsSound(FuzzSubject subject)
    {
        var tally = FuzzRun.Run(subject);
        Assert.InRange(tally.Taken, tally.Inputs / 100, tally.Inputs * 99 / 100);
    }
}
