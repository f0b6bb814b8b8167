using System.Globalization;

namespace Compare.Results;

/// <summary>The middle and the ends of repeated measurements.</summary>
public sealed class Spread
{
    public double Median { get; set; }
    public double Min { get; set; }
    public double Max { get; set; }

    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        if (sorted.Count == 0)
        {
            throw new ArgumentException("A spread needs at least one value.", nameof(values));
        }
        var middle = sorted.Count / 2;
        var median = sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread { Median = Round(median), Min = Round(sorted[0]), Max = Round(sorted[^1]) };
    }

    public string Format(string format) => string.Create(
        CultureInfo.InvariantCulture, $"{Median.ToString(format, CultureInfo.InvariantCulture)} ({Min.ToString(format, CultureInfo.InvariantCulture)}–{Max.ToString(format, CultureInfo.InvariantCulture)})");

    private static double Round(double value) => Math.Round(value, 4);
}
