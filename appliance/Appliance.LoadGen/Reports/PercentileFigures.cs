using Appliance.LoadGen.Histograms;

namespace Appliance.LoadGen.Reports;

/// <summary>The usual percentiles of a histogram, in microseconds.</summary>
public sealed class PercentileFigures
{
    public double P50 { get; set; }
    public double P90 { get; set; }
    public double P95 { get; set; }
    public double P99 { get; set; }
    public double P999 { get; set; }
    public double P9999 { get; set; }
    public double Max { get; set; }
    public double Mean { get; set; }

    public static PercentileFigures From(LatencyHistogram histogram) => new()
    {
        P50 = Micros(histogram, 50),
        P90 = Micros(histogram, 90),
        P95 = Micros(histogram, 95),
        P99 = Micros(histogram, 99),
        P999 = Micros(histogram, 99.9),
        P9999 = Micros(histogram, 99.99),
        Max = Math.Round(histogram.Max / 1000.0, 3),
        Mean = Math.Round(histogram.Mean / 1000, 3),
    };

    private static double Micros(LatencyHistogram histogram, double percent) => Math.Round(histogram.Percentile(percent) / 1000.0, 3);
}
