using System.Buffers;
using System.Text;
using Appliance.Host.Telemetry;
using Appliance.Host.Telemetry.Gpu;
using Appliance.Inference.Statistics;

namespace Appliance.Host.Tests.Telemetry;

/// <summary>The page in the OpenMetrics format, and who gets it.</summary>
public sealed class OpenMetricsTests
{
    private const string Prometheus = "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    [Fact]
    public void Counters_lose_their_total_exemplars_are_written_and_the_page_ends()
    {
        var page = Write(openMetrics: true);
        Assert.Equal(
            """
            # HELP appliance_batch_closed Batches by the reason for which they were closed.
            # TYPE appliance_batch_closed counter
            appliance_batch_closed_total{model="m",version="1",reason="full"} 3
            # HELP nv_inference_count Rows answered.
            # TYPE nv_inference_count unknown
            nv_inference_count{model="m",version="1"} 5
            # HELP nv_inference_queue_duration_histogram_us Answered requests by their time in the queue.
            # TYPE nv_inference_queue_duration_histogram_us histogram
            nv_inference_queue_duration_histogram_us_bucket{model="m",version="1",le="50"} 1
            nv_inference_queue_duration_histogram_us_bucket{model="m",version="1",le="100"} 2 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 75.5 1700000000.250
            nv_inference_queue_duration_histogram_us_bucket{model="m",version="1",le="+Inf"} 2
            nv_inference_queue_duration_histogram_us_sum{model="m",version="1"} 100
            nv_inference_queue_duration_histogram_us_count{model="m",version="1"} 2
            # EOF

            """, page);
    }

    [Fact]
    public void The_plain_text_knows_nothing_of_it()
    {
        var page = Write(openMetrics: false);
        Assert.Contains("# TYPE appliance_batch_closed_total counter\n", page);
        Assert.Contains("# TYPE nv_inference_count counter\n", page);
        Assert.DoesNotContain("trace_id", page);
        Assert.DoesNotContain("EOF", page);
    }

    [Fact]
    public void No_two_families_become_one_by_losing_their_total()
    {
        var all = MetricCatalog.All.Concat(TrafficMetricCatalog.All).Concat(FeatureMetricCatalog.All).Concat(SecurityMetricCatalog.All).Concat(TracingMetricCatalog.All).Concat(GpuMetricCatalog.All).ToList();
        string[] families = [.. all.Select(m => m.Kind == MetricKind.Counter && m.Name.EndsWith("_total", StringComparison.Ordinal) ? m.Name[..^6] : m.Name)];
        Assert.Equal(families.Length, families.Distinct().Count());
        // No sample of one is named as one of another.
        foreach (var histogram in all.Where(m => m.Kind == MetricKind.Histogram)) Assert.DoesNotContain(all, m => m.Name == $"{histogram.Name}_count" || m.Name == $"{histogram.Name}_sum");
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.7", false)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData(Prometheus, false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("not a type,application/openmetrics-text", true)]
    public void Who_asks_for_it_at_least_as_much_gets_it(string accept, bool expected) => Assert.Equal(expected, MetricsEndpoint.TakesOpenMetrics(accept));

    private static string Write(bool openMetrics)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var page = new PrometheusWriter(buffer, openMetrics);
        page.Begin(MetricCatalog.BatchClosed);
        page.Sample(3, "m", "1", "full");
        page.Begin(MetricCatalog.InferenceCount);
        page.Sample(5, "m", "1");
        page.Begin(MetricCatalog.QueueHistogram);
        var exemplar = new Exemplar("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", 75_500, DateTimeOffset.UnixEpoch.AddMilliseconds(1_700_000_000_250));
        page.Histogram([50, 100], [1, 1, 0], 100, bucket => bucket == 1 ? (exemplar, 75.5) : null, ["m", "1"]);
        page.End();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
