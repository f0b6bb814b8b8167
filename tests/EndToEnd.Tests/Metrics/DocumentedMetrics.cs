using EndToEnd.Tests.Processes;
using TestKit;

namespace EndToEnd.Tests.Metrics;

/// <summary>The tables of docs/metrics.md.</summary>
internal static class DocumentedMetrics
{
    private const string TrafficHead = "## Traffic";
    private const string FeaturesHead = "## Features";
    private const string SecurityHead = "## Security";

    /// <summary>What an appliance without features has: rows of name, type, unit, labels and help.</summary>
    public static async Task<IReadOnlyList<string[]>> OfEveryApplianceAsync() => Rows(await TextAsync(), features: false);

    /// <summary>What one with features has besides.</summary>
    public static async Task<IReadOnlyList<string[]>> OfFeaturesAsync() => Rows(await TextAsync(), features: true);

    /// <summary>Whether exactly these families are there, with the labels and help that are documented.</summary>
    public static void AssertSame(IReadOnlyList<string[]> rows, IReadOnlyList<PrometheusFamily> families)
    {
        Assert.Equal(rows.Select(r => (r[1].Trim('`'), r[2])), families.Select(f => (f.Name, f.Type)));
        foreach (var (row, family) in rows.Zip(families))
        {
            var documented = row[4].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim('`'));
            var live = family.Samples.SelectMany(s => s.Labels.Keys).Distinct().Where(l => l != "le");
            Assert.Equal(documented.Order(), live.Order());
            Assert.Equal(row[5], family.Help);
        }
    }

    private static Task<string> TextAsync() => File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs/metrics.md"), TestContext.Current.CancellationToken);

    private static List<string[]> Rows(string text, bool features)
    {
        var head = text.IndexOf(FeaturesHead, StringComparison.Ordinal);
        // What is there only with keys, certificates or an audit log stands behind.
        var end = text.IndexOf(SecurityHead, StringComparison.Ordinal);
        // What is there only once requests are split or shadowed.
        var traffic = text.IndexOf(TrafficHead, StringComparison.Ordinal);
        var part = features ? text[head..end] : text[..traffic];
        return [.. part.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('|', StringSplitOptions.TrimEntries))];
    }
}
