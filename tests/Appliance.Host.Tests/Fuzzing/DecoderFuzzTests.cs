using TestKit.Fuzzing;

namespace Appliance.Host.Tests.Fuzzing;

/// <summary>Requests of every kind, damaged in all ways: taken for what they say, or refused with a sentence; never anything else.</summary>
public sealed class DecoderFuzzTests
{
    [Fact]
    public void ModelInfer_messages() => IsSound(new ModelInferSubject());

    [Fact]
    public void Score_messages() => IsSound(new ScoreSubject());

    [Fact]
    public void Inference_in_JSON() => IsSound(new JsonInferSubject(binary: false));

    [Fact]
    public void Inference_in_JSON_with_binary_tensors() => IsSound(new JsonInferSubject(binary: true));

    [Fact]
    public void Business_requests() => IsSound(new PredictSubject());

    // Damage that is always fatal, or never, would show nothing.
    private static void IsSound(FuzzSubject subject)
    {
        var tally = FuzzRun.Run(subject);
        Assert.InRange(tally.Taken, tally.Inputs / 100, tally.Inputs * 99 / 100);
    }
}
