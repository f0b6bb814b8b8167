using System.Globalization;
using System.Text;

namespace TestKit;

/// <summary>
/// A strict reader of the text format 0.0.4: every family has one HELP and then one TYPE, its samples follow without a break, names and labels
/// are well formed, no series is there twice, histograms are complete and cumulative. Anything else is a <see cref="FormatException"/>.
/// </summary>
public static class PrometheusText
{
    public static List<PrometheusFamily> Parse(string page)
    {
        if (!page.EndsWith('\n')) throw new FormatException("the last line does not end");
        var families = new List<PrometheusFamily>();
        string? help = null, helped = null;
        foreach (var line in page[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                (helped, help) = Split(line[7..], "HELP");
                if (families.Exists(f => f.Name == helped)) throw new FormatException($"{helped} is there twice");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var (name, type) = Split(line[7..], "TYPE");
                if (name != helped) throw new FormatException($"TYPE of {name} follows HELP of {helped}");
                if (type is not ("counter" or "gauge" or "histogram")) throw new FormatException($"{name} has the type {type}");
                families.Add(new PrometheusFamily(name, type, Unescaped(help!, quoted: false), []));
                helped = null;
            }
            else
            {
                if (helped is not null || families.Count == 0) throw new FormatException($"a sample without a family: {line}");
                Add(families[^1], ParseSample(line));
            }
        }
        foreach (var family in families) Check(family);
        return families;
    }

    private static void Add(PrometheusFamily family, PrometheusSample sample)
    {
        var names = family.Type == "histogram" ? new[] { "_bucket", "_sum", "_count" }.Select(s => family.Name + s) : [family.Name];
        if (!names.Contains(sample.Name)) throw new FormatException($"{sample.Name} stands in the family {family.Name}");
        if (family.Samples.Exists(s => s.Series == sample.Series && s.Labels.GetValueOrDefault("le") == sample.Labels.GetValueOrDefault("le"))) throw new FormatException($"{sample.Series} is there twice");
        family.Samples.Add(sample);
    }

    private static void Check(PrometheusFamily family)
    {
        if (family.Samples.Count == 0) throw new FormatException($"{family.Name} has no sample");
        if (family.Type == "counter" && family.Samples.Exists(s => !(s.Value >= 0))) throw new FormatException($"the counter {family.Name} is negative");
        if (family.Type != "histogram") return;
        foreach (var buckets in family.Samples.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).GroupBy(s => s.Series))
        {
            var bounds = buckets.Select(b => Number(b.Labels["le"])).ToList();
            if (!bounds.SequenceEqual(bounds.Order()) || !double.IsPositiveInfinity(bounds[^1])) throw new FormatException($"the bounds of {buckets.Key} are not ascending to +Inf");
            var counts = buckets.Select(b => b.Value).ToList();
            if (!counts.SequenceEqual(counts.Order())) throw new FormatException($"the buckets of {buckets.Key} are not cumulative");
            var rest = buckets.Key[(family.Name.Length + "_bucket".Length)..];
            var total = family.Samples.Find(s => s.Series == $"{family.Name}_count{rest}") ?? throw new FormatException($"{buckets.Key} has no count");
            if (total.Value != counts[^1]) throw new FormatException($"the count of {buckets.Key} is not its +Inf bucket");
            if (!family.Samples.Exists(s => s.Series == $"{family.Name}_sum{rest}")) throw new FormatException($"{buckets.Key} has no sum");
        }
    }

    private static PrometheusSample ParseSample(string line)
    {
        var at = 0;
        var name = Name(line, ref at, colons: true);
        var labels = new Dictionary<string, string>();
        if (at < line.Length && line[at] == '{')
        {
            do
            {
                at++;
                var label = Name(line, ref at, colons: false);
                if (!line.AsSpan(at).StartsWith("=\"")) throw new FormatException($"label {label} has no value: {line}");
                at += 2;
                var start = at;
                while (line[at] != '"') at += line[at] == '\\' ? 2 : 1;
                if (!labels.TryAdd(label, Unescaped(line[start..at], quoted: true))) throw new FormatException($"label {label} is there twice: {line}");
                at++;
            }
            while (line[at] == ',');
            if (line[at++] != '}') throw new FormatException($"the labels do not end: {line}");
        }
        if (line[at] != ' ') throw new FormatException($"no value: {line}");
        return new PrometheusSample(name, labels, Number(line[(at + 1)..]));
    }

    private static string Name(string line, ref int at, bool colons)
    {
        var start = at;
        while (at < line.Length && (char.IsAsciiLetterOrDigit(line[at]) || line[at] == '_' || (colons && line[at] == ':'))) at++;
        if (at == start || char.IsAsciiDigit(line[start])) throw new FormatException($"not a name at {start}: {line}");
        return line[start..at];
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture),
    };

    private static string Unescaped(string text, bool quoted)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                result.Append(text[++i] switch
                {
                    '\\' => '\\',
                    'n' => '\n',
                    '"' when quoted => '"',
                    var other => throw new FormatException($"\\{other} is no escape: {text}"),
                });
            }
            else
            {
                result.Append(text[i]);
            }
        }
        return result.ToString();
    }

    private static (string Name, string Text) Split(string text, string what)
    {
        var at = text.IndexOf(' ');
        return at > 0 ? (text[..at], text[(at + 1)..]) : throw new FormatException($"{what} of nothing: {text}");
    }
}
