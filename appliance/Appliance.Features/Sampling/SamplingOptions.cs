namespace Appliance.Features.Sampling;

/// <summary>Settings of keeping a share of what is served, for <c>appliance features verify</c>.</summary>
public sealed class SamplingOptions
{
    public const string Section = "Features:Sampling";

    /// <summary>Share of scored rows with an entity that is kept, 0 to 1. 0.001: at 50,000 rows a second 50 samples, half a percent of the journal's rate.</summary>
    public double Rate { get; set; } = 0.001;

    /// <summary>Rates of single models, by name, in place of <see cref="Rate"/>.</summary>
    public Dictionary<string, double> Models { get; set; } = [];

    /// <summary>Samples that wait to be written at most; one more is dropped and counted. 4,096: a few megabytes, and 80 seconds of 50 a second.</summary>
    public int QueueSamples { get; set; } = 4096;

    /// <summary>The rate of a model.</summary>
    public double RateOf(string model) => Models.GetValueOrDefault(model, Rate);
}
