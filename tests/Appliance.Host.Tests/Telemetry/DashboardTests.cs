using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Host.Telemetry;

namespace Appliance.Host.Tests.Telemetry;

/// <summary>The rules and dashboards of perf/dashboards, as files.</summary>
public sealed partial class DashboardTests
{
    private static readonly string Folder = PathOf();

    public static TheoryData<string> Boards => ["fleet.json", "p99.json"];

    [Fact]
    public void Prometheus_takes_the_rules_and_they_do_what_their_tests_say()
    {
        Assert.Equal((0, ""), Promtool("check", "rules", "appliance.rules.yml"));
        Assert.Equal((0, ""), Promtool("test", "rules", "appliance.rules.test.yml"));
    }

    [Theory, MemberData(nameof(Boards))]
    public void A_dashboard_is_what_Grafana_provisions(string file)
    {
        var board = Read(file);
        Assert.True(board.GetProperty("schemaVersion").GetInt32() >= 39);
        Assert.StartsWith("appliance-", board.GetProperty("uid").GetString());
        var panels = board.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("gridPos")).Select(g => (g.GetProperty("x").GetInt32(), g.GetProperty("y").GetInt32())).Distinct().Count());
        Assert.All(panels, p =>
        {
            Assert.InRange(p.GetProperty("gridPos").GetProperty("x").GetInt32() + p.GetProperty("gridPos").GetProperty("w").GetInt32(), 1, 24);
            Assert.NotEmpty(p.GetProperty("targets").EnumerateArray());
            Assert.Equal("${datasource}", p.GetProperty("datasource").GetProperty("uid").GetString());
        });
        var variables = board.GetProperty("templating").GetProperty("list").EnumerateArray().Select(v => v.GetProperty("name").GetString()!).ToHashSet();
        var used = VariablePattern().Matches(File.ReadAllText(Path.Combine(Folder, file))).Select(m => m.Groups[1].Value).Distinct();
        Assert.Empty(used.Except([.. variables, "__rate_interval", "__interval", "__all"]));
    }

    [Theory, MemberData(nameof(Boards))]
    public void Every_expression_names_metrics_and_labels_that_there_are(string file)
    {
        var recorded = Regex.Matches(File.ReadAllText(Path.Combine(Folder, "appliance.rules.yml")), @"record: (\S+)").Select(m => m.Groups[1].Value).ToHashSet();
        var expressions = Expressions(Read(file)).ToList();
        Assert.True(expressions.Count > 10);
        foreach (Match selector in expressions.SelectMany(e => SelectorPattern().Matches(e)))
        {
            var name = selector.Groups["name"].Value;
            if (recorded.Contains(name)) continue;
            var metric = MetricCatalog.All.Concat(FeatureMetricCatalog.All).Concat(TrafficMetricCatalog.All).Concat(SecurityMetricCatalog.All).SingleOrDefault(m => m.Kind == MetricKind.Histogram ? Regex.IsMatch(name, $"^{m.Name}_(bucket|sum|count)$") : m.Name == name);
            Assert.True(metric is not null, $"{file}: {name} is no metric");
            foreach (Match label in LabelPattern().Matches(selector.Groups["labels"].Value)) Assert.Contains(label.Groups[1].Value, metric.Labels.Concat(["le", "job", "instance"]));
        }
    }

    [Fact]
    public void Traces_and_swaps_can_be_seen_where_the_time_went()
    {
        var board = Read("p99.json");
        Assert.Contains(board.GetProperty("panels").EnumerateArray().SelectMany(p => p.GetProperty("targets").EnumerateArray()), t => t.TryGetProperty("exemplar", out var on) && on.GetBoolean());
        Assert.Contains(board.GetProperty("annotations").GetProperty("list").EnumerateArray(), a => a.GetProperty("expr").GetString()!.Contains("appliance_model_state", StringComparison.Ordinal));
    }

    private static (int ExitCode, string Said) Promtool(params string[] arguments)
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(promtool is null, "promtool (Debian package prometheus) is not installed");
        using var process = Process.Start(new ProcessStartInfo(promtool!, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 && !said.Contains("duplicate", StringComparison.Ordinal) ? "" : said);
    }

    private static IEnumerable<string> Expressions(JsonElement board) => board.GetProperty("panels").EnumerateArray()
        .SelectMany(p => p.GetProperty("targets").EnumerateArray()).Concat(board.GetProperty("annotations").GetProperty("list").EnumerateArray())
        .Select(t => t.GetProperty("expr").GetString()!);

    private static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file))).RootElement;

    private static string PathOf()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Appliance.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "perf", "dashboards");
    }

    [GeneratedRegex(@"\$\{?([a-z_]+)\}?")]
    private static partial Regex VariablePattern();

    [GeneratedRegex(@"(?<![a-z_])(?<name>(?:appliance|nv|process)_[a-z0-9_]+|slo:[a-z0-9_:]+)(?:\{(?<labels>[^}]*)\})?")]
    private static partial Regex SelectorPattern();

    [GeneratedRegex(@"([a-z_]+)(?:!?=~?)")]
    private static partial Regex LabelPattern();
}
