using FeatureModel.Definitions;

namespace Appliance.Host.Cli.Sending;

/// <summary>How far events of another time are moved so that the newest of them has just happened. Pure.</summary>
internal static class TimeShift
{
    /// <summary>
    /// The whole number of days, in microseconds, that brings the newest event as close before now as it can. Whole days keep the time of day, and with it
    /// what lies together in a pane of a day.
    /// </summary>
    public static long To(long now, long newest)
    {
        var days = Math.DivRem(now - newest, Durations.Day, out var rest);
        return (rest < 0 ? days - 1 : days) * Durations.Day;
    }
}
