using FeatureModel.Definitions;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Sending;

/// <summary>
/// The newest event time of a source so far, as the appliance will see it when it applies the events in their order: it refuses what lies further
/// behind than the source's lateness. Owned by one thread.
/// </summary>
internal sealed class SourceClock(string source, long latenessMicros)
{
    private long _newest = long.MinValue;

    /// <summary>Null, or the rule that an event at this time breaks.</summary>
    /// <param name="now">A clock that runs ahead makes no others late.</param>
    public string? Check(long time, long now)
    {
        if (_newest != long.MinValue && _newest - time > latenessMicros)
        {
            return $"an earlier line has {Rfc3339.ToText(_newest)}, and source '{source}' takes events at most {Durations.Format(latenessMicros)} behind the newest; sort the file by time";
        }
        _newest = Math.Max(_newest, Math.Min(time, now));
        return null;
    }
}
