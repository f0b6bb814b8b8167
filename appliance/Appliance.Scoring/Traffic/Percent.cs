using System.Globalization;

namespace Appliance.Scoring.Traffic;

/// <summary>Shares as people write them: percent with two decimals, kept in hundredths of a percent. Pure.</summary>
public static class Percent
{
    /// <summary>What a percent must be.</summary>
    public const string Rule = "a number from 0 to 100 in steps of 0.01";

    public static decimal Of(int basisPoints) => basisPoints / 100m;

    public static string Text(int basisPoints) => Of(basisPoints).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>False where it is out of range or between two steps.</summary>
    public static bool TryOf(decimal percent, out int basisPoints)
    {
        basisPoints = 0;
        if (percent is < 0 or > 100 || percent * 100 != decimal.Truncate(percent * 100)) return false;
        basisPoints = (int)(percent * 100);
        return true;
    }
}
