namespace FeatureClients.Results;

/// <summary>Gathers of 100 rows: median microseconds, and how many there were.</summary>
public sealed class GatherResult
{
    public double Micros { get; set; }
    public long Gathers { get; set; }
}
