using System.Text.Json;
using Appliance.LoadGen.Histograms;
using Appliance.LoadGen.Reports;
using Xunit;

namespace LoadGen.Tests.Reports;

public sealed class LoadReportTableTests
{
    private static readonly LoadReport _report = new()
    {
        Protocol = "grpc",
        Path = "/p",
        Arrivals = "poisson",
        Connections = 4,
        Seed = 7,
        DurationSeconds = 10,
        IntendedRate = 1000.25,
        AchievedRate = 999.9,
        Ok = 9999,
        Failed = 1,
        ByStatus = { ["grpc-0"] = 9999, ["grpc-14"] = 1 },
        Latency = PercentileFigures.From(Thousand()),
    };

    [Fact]
    public void The_table_shows_rates_failures_and_percentiles_in_microseconds()
    {
        var text = LoadReportTable.Render(_report);

        Assert.Contains("intended 1000.2/s, achieved 999.9/s over 10 s", text);
        Assert.Contains("ok 9999, failed 1 (grpc-0 9999, grpc-14 1)", text);
        Assert.Contains("| latency from intended send | 500 | 900 | 950 | 990 | 999 | 1000 | 1000 | 500 |", text);
    }

    [Fact]
    public void The_json_reads_back_the_same()
    {
        var json = JsonSerializer.Serialize(_report, LoadReportJsonContext.Default.LoadReport);
        var back = JsonSerializer.Deserialize(json, LoadReportJsonContext.Default.LoadReport)!;

        Assert.Equal(json, JsonSerializer.Serialize(back, LoadReportJsonContext.Default.LoadReport));
        Assert.Equal(_report.Latency.P99, back.Latency.P99);
    }

    private static LatencyHistogram Thousand()
    {
        var histogram = new LatencyHistogram();
        for (var micros = 1; micros <= 1000; micros++)
        {
            histogram.Record(micros * 1000);
        }
        return histogram;
    }
}
