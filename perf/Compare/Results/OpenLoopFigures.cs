using Appliance.LoadGen.Reports;

namespace Compare.Results;

/// <summary>An open-loop run at a share of the highest closed-loop rate of the same call.</summary>
public sealed class OpenLoopFigures
{
    public string What { get; set; } = "";
    public double ClosedLoopRate { get; set; }
    public double Share { get; set; }
    public LoadReport Report { get; set; } = new();
}
