using System.Globalization;
using System.Text;

namespace LakeBench.Results;

/// <summary>Lines as a table of Markdown. Pure.</summary>
internal static class BenchTable
{
    public static string Of(IEnumerable<BenchLine> lines)
    {
        var text = new StringBuilder("| what | median | yardstick | ratio | wanted | reached | notes |\n|---|--:|---|--:|--:|---|---|\n");
        foreach (var line in lines)
        {
            var (yardstick, ratio) = line.Yardstick is var (name, seconds) ? ($"{name}: {Time(seconds)}", line.Figure.ToString("0.00#", CultureInfo.InvariantCulture)) : ("", "");
            var wanted = line.Wanted is not { } limit ? "" : line.Yardstick is null ? $"under {Time(limit)}" : string.Create(CultureInfo.InvariantCulture, $"at most {limit:0.0#}x");
            var reached = line.Wanted is null ? "" : line.Figure <= line.Wanted ? "yes" : "no";
            text.Append(CultureInfo.InvariantCulture, $"| {line.What} | {Time(line.Seconds)} | {yardstick} | {ratio} | {wanted} | {reached} | {line.Note} |\n");
        }
        return text.ToString();
    }

    private static string Time(double seconds) => seconds < 1 ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.0} ms") : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");
}
