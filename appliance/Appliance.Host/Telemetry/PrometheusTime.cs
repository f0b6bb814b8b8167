using Appliance.Features.Statistics;

namespace Appliance.Host.Telemetry;

/// <summary>What the features count in microseconds, as the seconds of the page.</summary>
internal static class PrometheusTime
{
    public const double MicrosPerSecond = 1e6;

    public static long Micros(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>How long something has waited; 0 where nothing does.</summary>
    public static double WaitSeconds(long since, long now) => since == 0 ? 0 : Math.Max(0, now - since) / MicrosPerSecond;

    /// <summary>A family of one sample without labels.</summary>
    public static void One(this PrometheusWriter page, MetricDefinition family, double value)
    {
        page.Begin(family);
        page.Sample(value);
    }

    /// <summary>The age of something; left out where there is none, which 0 stands for.</summary>
    public static void Age(this PrometheusWriter page, MetricDefinition family, long since, long now)
    {
        page.Begin(family);
        if (since != 0) page.Sample(WaitSeconds(since, now));
    }

    /// <summary>When something happened; left out where it never did, which 0 stands for.</summary>
    public static void Moment(this PrometheusWriter page, MetricDefinition family, long micros)
    {
        page.Begin(family);
        if (micros != 0) page.Sample(micros / MicrosPerSecond);
    }

    public static void Histogram(this PrometheusWriter page, DurationHistogram durations, params ReadOnlySpan<string> labels) =>
        page.HistogramOfMicros(durations.BoundsMicros, durations.Counts(), durations.SumMicros, labels);

    public static void HistogramOfMicros(this PrometheusWriter page, ReadOnlySpan<long> bounds, ReadOnlySpan<long> counts, long sum, params ReadOnlySpan<string> labels)
    {
        var seconds = new double[bounds.Length];
        for (var i = 0; i < bounds.Length; i++) seconds[i] = bounds[i] / MicrosPerSecond;
        page.Histogram(seconds, counts, sum / MicrosPerSecond, labels);
    }
}
