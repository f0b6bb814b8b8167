using System.Globalization;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Metrics;

/// <summary>A metrics page, read strictly: every line is a comment or a sample.</summary>
internal sealed partial class MetricsPage
{
    private MetricsPage(IReadOnlyList<Sample> samples, IReadOnlyDictionary<string, string> types) => (Samples, Types) = (samples, types);

    internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>By family: counter, gauge, histogram or summary.</summary>
    public IReadOnlyDictionary<string, string> Types { get; }

    public static async Task<MetricsPage> ReadAsync(ApplianceProcess appliance) => Parse(await appliance.Metrics.GetStringAsync("/metrics"));

    /// <exception cref="InvalidDataException">A line is neither a comment nor a sample.</exception>
    public static MetricsPage Parse(string text)
    {
        var samples = new List<Sample>();
        var types = new Dictionary<string, string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is ["#", "TYPE", var family, var type]) types.Add(family, type);
            if (line[0] == '#') continue;
            var match = SampleLine().Match(line);
            if (!match.Success) throw new InvalidDataException($"not a sample: '{line}'");
            samples.Add(new Sample(match.Groups["name"].Value, Labels(match.Groups["labels"].Value), Number(match.Groups["value"].Value)));
        }
        return new MetricsPage(samples, types);
    }

    /// <summary>The one sample of that name whose labels include the given ones; null where there is none.</summary>
    public double? Value(string name, params (string Label, string Value)[] labels) =>
        Samples.SingleOrDefault(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Label) == l.Value))?.Value;

    private static Dictionary<string, string> Labels(string text) =>
        LabelPair().Matches(text).ToDictionary(m => m.Groups["name"].Value, m => Regex.Unescape(m.Groups["value"].Value));

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)*)\})? (?<value>\S+)( [0-9]+)?$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LabelPair();
}
