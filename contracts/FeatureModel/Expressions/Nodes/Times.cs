// Hot path.
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

/// <summary>What a moment's calendar day and clock say.</summary>
internal enum DatePart : byte
{
    Year,
    Month,
    Day,
    DayOfWeek,
    DayOfYear,
    Hour,
    Minute,
    Second,
}

/// <summary>A part of a date in UTC or at a fixed offset from it; null outside the years 1 to 9999.</summary>
internal sealed class DatePartOf(Node<long> time, DatePart part, long offsetMicros) : Node<long>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out long value)
    {
        value = 0;
        if (!time.TryGet(slots, out var micros) || !Micros.TryToDateTime(micros, offsetMicros, out var moment)) return false;
        value = part switch
        {
            DatePart.Year => moment.Year,
            DatePart.Month => moment.Month,
            DatePart.Day => moment.Day,
            // ISO 8601: Monday 1 to Sunday 7.
            DatePart.DayOfWeek => moment.DayOfWeek == DayOfWeek.Sunday ? 7 : (long)moment.DayOfWeek,
            DatePart.DayOfYear => moment.DayOfYear,
            DatePart.Hour => moment.Hour,
            DatePart.Minute => moment.Minute,
            _ => moment.Second,
        };
        return true;
    }
}

/// <summary>A duration as a number of units, with its fraction.</summary>
internal sealed class DurationIn(Node<long> duration, double microsPerUnit) : Node<double>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out double value)
    {
        var known = duration.TryGet(slots, out var micros);
        value = micros / microsPerUnit;
        return known;
    }
}

/// <summary>Seconds since 1970 as a moment.</summary>
internal readonly struct SecondsToTime : IUnary<long, long>
{
    public static bool Try(long a, out long result) => WholeMultiply.Try(a, Micros.PerSecond, out result);
}

/// <summary>A quotient of durations, as a number.</summary>
internal readonly struct DurationRatio : IBinary<long, long, double>
{
    public static bool Try(long a, long b, out double result)
    {
        result = (double)a / b;
        return b != 0;
    }
}

/// <summary>Microseconds, the unit of times and durations.</summary>
internal static class Micros
{
    public const long PerSecond = 1_000_000, PerMinute = 60 * PerSecond, PerHour = 60 * PerMinute, PerDay = 24 * PerHour;

    private static readonly long Least = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    private static readonly long Greatest = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static bool TryToDateTime(long micros, long offset, out DateTime moment)
    {
        // An offset is at most a day, so the sum overflows only where the moment is far outside already.
        var local = unchecked(micros + offset);
        var inside = micros >= Least - PerDay && micros <= Greatest + PerDay && local >= Least && local <= Greatest;
        moment = inside ? DateTime.UnixEpoch.AddTicks(local * TimeSpan.TicksPerMicrosecond) : default;
        return inside;
    }
}
