using System.Globalization;
using Compare.Results;

namespace Compare.Tables;

/// <summary>Makes lines of figures and targets. Pure.</summary>
internal static class TableLines
{
    public static TableLine AtLeast(string row, string what, string yardstick, Spread measured, double target, string format = "F2") => new()
    {
        Row = row,
        What = what,
        Yardstick = yardstick,
        Measured = measured.Format(format),
        Target = $"at least {Text(target)}",
        IsReached = measured.Median >= target,
    };

    public static TableLine AtMost(string row, string what, string yardstick, Spread measured, double target, string format = "F2") => new()
    {
        Row = row,
        What = what,
        Yardstick = yardstick,
        Measured = measured.Format(format),
        Target = $"at most {Text(target)}",
        IsReached = measured.Median <= target,
    };

    /// <summary>A figure without a target.</summary>
    public static TableLine Reported(string row, string what, string yardstick, string measured) => new() { Row = row, What = what, Yardstick = yardstick, Measured = measured };

    public static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
