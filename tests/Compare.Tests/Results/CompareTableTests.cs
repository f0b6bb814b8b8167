using System.Text.Json;
using Appliance.LoadGen.Reports;
using Compare.Results;
using Xunit;

namespace Compare.Tests.Results;

public sealed class CompareTableTests
{
    private static readonly CompareReport _report = Report();

    [Fact]
    public void Each_target_says_whether_it_is_reached()
    {
        var reached = _report.Targets.ToDictionary(line => line.What, line => line.IsReached);

        Assert.Equal(15, reached.Count);
        Assert.True(reached["rate to the own transport's ceiling, callers 32"]);
        Assert.False(reached["rate to the own transport's ceiling, callers 256"]);
        Assert.False(reached["p99 to the own transport's no-model call's, callers 32"]);
        Assert.False(reached["p50 over the own transport's no-model call's in µs, callers 1"]);
        Assert.False(reached["rate to Kestrel's ceiling, callers 32"]);
        Assert.True(reached["rate to Kestrel's ceiling, callers 256"]);
        Assert.True(reached["start to ready, s"]);
        Assert.False(reached["idle resident memory, MB"]);
        Assert.True(reached["managed bytes a request, callers 1"]);
        Assert.False(reached["managed bytes a request, callers 32"]);
    }

    [Fact]
    public void A_figure_that_is_missing_reaches_nothing()
    {
        var missing = _report.Targets.Single(line => line.What == "managed bytes a request, callers 256");
        Assert.Equal(("not measured", false), (missing.Measured, missing.IsReached));

        var lines = Targets.Evaluate(new CompareReport());
        Assert.Equal(["start to ready, s", "idle resident memory, MB"], lines.Select(line => line.What));
        Assert.All(lines, line => Assert.False(line.IsReached));
    }

    [Fact]
    public void The_table_shows_what_was_measured_and_on_what()
    {
        var text = CompareTable.Render(_report);

        Assert.Contains("Commit abc with changes, 2026-11-23 04:05 UTC.", text);
        Assert.Contains("| rate to the own transport's ceiling, callers 32 | 0.95 (0.95–0.95) | at least 0.9 | yes |", text);
        Assert.Contains("| 32 | 100000 (100000–100000) | 152000 (152000–152000) | 10.00 (10.00–10.00) |", text);
        Assert.Contains("| callers | bare run req/s | appliance req/s |", text);
        Assert.Contains("| 256 | 100000 (100000–100000) | 175000 (175000–175000) | 10.00 (10.00–10.00) |", text);
        Assert.Contains("Ready with a, b after 0.400 (0.300–0.500) s; resident after 2 s idle 90.0 (90.0–90.0) MB.", text);
        Assert.Contains("| ModelInfer, 50 % of 1000/s | 500 | 499 | 1 | 10 |", text);
        Assert.Contains("- A note.", text);
    }

    [Fact]
    public void Every_table_row_has_as_many_cells_as_its_header()
    {
        var tables = CompareTable.Render(_report).Split("\n\n").Select(part => part.Split('\n').Where(line => line.StartsWith('|')).ToList()).Where(lines => lines.Count > 0).ToList();

        Assert.Equal(8, tables.Count);
        Assert.All(tables, lines => Assert.Single(lines.Select(line => line.Count(c => c == '|')).Distinct()));
    }

    [Fact]
    public void The_json_reads_back_the_same()
    {
        var json = JsonSerializer.Serialize(_report, ResultJsonContext.Default.CompareReport);
        var back = JsonSerializer.Deserialize(json, ResultJsonContext.Default.CompareReport)!;

        Assert.Equal(json, JsonSerializer.Serialize(back, ResultJsonContext.Default.CompareReport));
        Assert.Equal(CompareTable.Render(_report), CompareTable.Render(back));
    }

    private static CompareReport Report()
    {
        var report = new CompareReport
        {
            Name = "n",
            Kind = "appliance",
            Date = new DateTimeOffset(2026, 11, 23, 4, 5, 6, TimeSpan.Zero),
            Source = { Commit = "abc", IsDirty = true },
            Machine = { Cpu = "cpu", Cores = 2 },
            ClosedLoop = [Row(1, 100_000), Row(32, 152_000), Row(256, 100_000)],
            AgainstKestrel = [Row(1, 100_000), Row(32, 100_000), Row(256, 152_000)],
            AgainstBareRun = [Row(1, 100_000), Row(32, 100_000), Row(256, 175_000)],
            RunMicrosByRows = { new double[] { 4, 5 } },
            StartUp = new StartUpFigures { Models = ["a", "b"], ReadySeconds = Spread.Of([0.3, 0.5, 0.4]), ResidentMegabytes = Spread.Of([90]) },
            Allocation = [new AllocationFigures { Callers = 1, BytesPerRequest = 32 }, new AllocationFigures { Callers = 32, BytesPerRequest = 33 }],
            OpenLoop =
            [
                new OpenLoopFigures
                {
                    What = "ModelInfer",
                    ClosedLoopRate = 1000,
                    Share = 0.5,
                    Report = new LoadReport { IntendedRate = 500, AchievedRate = 499, Failed = 1, Latency = new PercentileFigures { P50 = 10 } },
                },
            ],
            Notes = ["A note."],
        };
        report.Targets = Targets.Evaluate(report);
        return report;
    }

    private static CallerRow Row(int callers, double rate)
    {
        var row = new CallerRow { Callers = callers, Starts = [CallerRowTests.Start(100_000, rate)] };
        row.Conclude(noiseLimit: 0.05);
        return row;
    }
}
