using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Appliance.Features.Ingest;
using Appliance.Host.Telemetry;

namespace Appliance.Host.Tests.Telemetry;

/// <summary>The alert rules against the catalog.</summary>
public sealed partial class FeatureRulesTests
{
    private static readonly string Rules = File.ReadAllText(PathOf());

    [Fact]
    public void Every_metric_and_label_of_an_expression_is_in_the_catalog()
    {
        var selectors = SelectorPattern().Matches(Expressions()).ToList();
        Assert.NotEmpty(selectors);
        foreach (var selector in selectors)
        {
            var name = selector.Groups["name"].Value;
            var metric = FeatureMetricCatalog.All.SingleOrDefault(m => name == m.Name || (m.Kind == MetricKind.Histogram && SeriesOf(m.Name).Contains(name)));
            Assert.True(metric is not null, $"{name} is no metric");
            Assert.False(metric.Kind == MetricKind.Histogram && name == metric.Name, $"{name} is a histogram and has no samples of its own");
            foreach (Match label in LabelPattern().Matches(selector.Groups["labels"].Value)) Assert.Contains(label.Groups[1].Value, metric.Labels.Append("le"));
        }
    }

    [Fact]
    public void Every_bucket_of_an_expression_is_one_that_the_histogram_has()
    {
        var bounds = new ViewFreshness(bornLayout: 1).EventToReadable.BoundsMicros.ToArray();
        var named = Regex.Matches(Expressions(), @"le=~""([0-9.]+)\(").Select(m => (long)(double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) * 1e6)).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, n => Assert.Contains(n, bounds));
    }

    [Fact]
    public void Stream_views_have_five_minutes_and_batch_views_an_hour()
    {
        Assert.Contains("kind=\"stream\",le=~\"300(", Rules);
        Assert.Contains("appliance_features_ingest_oldest_age_seconds > 300", Rules);
        Assert.Contains("appliance_features_newest_event_age_seconds{kind=\"stream\"} > 300", Rules);
        Assert.Contains("appliance_features_newest_event_age_seconds{kind=\"batch\"} > 3600", Rules);
    }

    [Fact]
    public void Every_alert_has_a_name_of_its_own_a_severity_and_a_summary()
    {
        var alerts = Regex.Split(Rules, @"(?m)^\s+- alert: ")[1..];
        Assert.Equal(alerts.Length, alerts.Select(a => a.Split('\n')[0]).Distinct().Count());
        Assert.All(alerts, a =>
        {
            Assert.Matches("severity: (page|ticket)\n", a);
            Assert.Matches("summary: \".+\"", a);
        });
    }

    [Fact]
    public void Prometheus_takes_the_file()
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(promtool is null, "promtool (Debian package prometheus) is not installed");
        using var process = Process.Start(new ProcessStartInfo(promtool!, ["check", "rules", PathOf()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }

    // One line each, or a block of deeper ones.
    private static string Expressions() => string.Join('\n', ExpressionPattern().Matches(Rules).Select(m => m.Value));

    private static string[] SeriesOf(string histogram) => [$"{histogram}_bucket", $"{histogram}_sum", $"{histogram}_count"];

    private static string PathOf()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Appliance.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "deploy", "prometheus", "features.rules.yml");
    }

    [GeneratedRegex(@"(?m)^ +expr: (?:\|\n(?: {10}.*\n)+|.*\n)")]
    private static partial Regex ExpressionPattern();

    [GeneratedRegex(@"\b(?<name>(?:appliance|nv|process)_[a-z0-9_]+)(?:\{(?<labels>[^}]*)\})?")]
    private static partial Regex SelectorPattern();

    [GeneratedRegex(@"([a-z]+)(?:!?=~?)")]
    private static partial Regex LabelPattern();
}
