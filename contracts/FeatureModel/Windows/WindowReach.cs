namespace FeatureModel.Windows;

/// <summary>How long an event goes on counting: from then on a row without it gives the same values as one with it.</summary>
internal static class WindowReach
{
    /// <summary>
    /// Half lives after which a decayed value is nothing: 3e-39 of it is left then, which no sum of doubles feels beside any event of a size within 1e22 of it.
    /// </summary>
    private const int HalfLives = 128;

    /// <summary>Of a decayed value, in microseconds.</summary>
    public static long OfHalfLife(long halfLifeMicros) => HalfLives * halfLifeMicros;
}
