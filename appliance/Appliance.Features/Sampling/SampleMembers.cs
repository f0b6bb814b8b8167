namespace Appliance.Features.Sampling;

/// <summary>Names of the members of a sample's data; docs/features/verify.md describes them.</summary>
internal static class SampleMembers
{
    public const string Model = "model", ModelVersion = "modelVersion", Service = "service", ServiceVersion = "serviceVersion", Revision = "revision";
    public const string From = "from", To = "to", Inputs = "inputs", Features = "features";
    public const string Value = "value", Status = "status", EventTime = "eventTime";

    private static readonly string[] Sources = ["given", "stored", "stale", "defaulted"];

    public static string WordOf(SampledSource source) => Sources[(int)source];

    public static bool TryParse(string? word, out SampledSource source)
    {
        var at = Array.IndexOf(Sources, word);
        source = (SampledSource)Math.Max(at, 0);
        return at >= 0;
    }
}
