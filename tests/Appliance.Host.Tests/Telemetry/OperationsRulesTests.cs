using System.Diagnostics;
using System.Text.RegularExpressions;
using Appliance.Host.Telemetry;

namespace Appliance.Host.Tests.Telemetry;

/// <summary>The alert rules of rollouts, shares and security against the catalogs, and their own tests.</summary>
public sealed partial class OperationsRulesTests
{
    private const string Rules = "operations.rules.yml";

    [Fact]
    public void Every_metric_and_label_of_an_expression_is_in_the_catalogs()
    {
        var expressions = Regex.Matches(File.ReadAllText(Path.Combine(Folder(), Rules)), @"(?m)^ +expr: (.*)$").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(7, expressions.Count);
        foreach (var expression in expressions)
        {
            var selector = SelectorPattern().Match(expression);
            var metric = TrafficMetricCatalog.All.Concat(SecurityMetricCatalog.All).SingleOrDefault(m => m.Name == selector.Groups["name"].Value);
            Assert.True(metric is not null, $"{expression} reads no metric");
            foreach (Match label in LabelPattern().Matches(selector.Groups["labels"].Value)) Assert.Contains(label.Groups[1].Value, metric.Labels);
            var kept = Regex.Match(expression, @"by \(([^)]*)\)").Groups[1].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries);
            Assert.Empty(kept.Except([.. metric.Labels, "instance", "job"]));
        }
    }

    [Fact]
    public void Prometheus_takes_the_rules_and_they_do_what_their_tests_say()
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(promtool is null, "promtool (Debian package prometheus) is not installed");
        using var process = Process.Start(new ProcessStartInfo(promtool!, ["test", "rules", "operations.rules.test.yml"])
        {
            WorkingDirectory = Folder(), RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Appliance.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "deploy", "prometheus");
    }

    [GeneratedRegex(@"(?<name>appliance_[a-z_]+)(?:\{(?<labels>[^}]*)\})?")]
    private static partial Regex SelectorPattern();

    [GeneratedRegex(@"([a-z_]+)(?:!?=~?)")]
    private static partial Regex LabelPattern();
}
