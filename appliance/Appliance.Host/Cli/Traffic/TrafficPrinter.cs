using System.Globalization;
using System.Text.Json;

namespace Appliance.Host.Cli.Traffic;

/// <summary>Prints traffic and rollouts for people.</summary>
internal static class TrafficPrinter
{
    public static void PrintTraffic(TextWriter output, JsonElement data)
    {
        foreach (var arm in data.GetProperty("arms").EnumerateArray()) PrintVersion(output, "", arm);
        foreach (var shadow in data.GetProperty("shadows").EnumerateArray()) PrintVersion(output, "shadow ", shadow);
        if (data.TryGetProperty("author", out var author))
        {
            output.WriteLine($"revision {data.GetProperty("revision")} by {author.GetString()} at {data.GetProperty("changedAt").GetString()}: {data.GetProperty("reason").GetString()}");
        }
        else
        {
            output.WriteLine("not split: the version policy, or a pin, decides");
        }
    }

    public static void PrintRollout(TextWriter output, JsonElement data)
    {
        output.WriteLine(
            $"rollout {data.GetProperty("number")} of v{data.GetProperty("candidate")} over v{data.GetProperty("baseline")} is {data.GetProperty("status").GetString()}: "
            + data.GetProperty("why").GetString());
        var number = 0;
        foreach (var step in data.GetProperty("steps").EnumerateArray())
        {
            number++;
            var what = $"{(step.GetProperty("shadow").GetBoolean() ? "shadow " : "")}{step.GetProperty("percent")} %";
            if (!step.TryGetProperty("evidence", out var evidence))
            {
                output.WriteLine($"step {number}  {what,-13} not begun");
                continue;
            }
            output.WriteLine($"step {number}  {what,-13} {evidence.GetProperty("outcome").GetString()}");
            output.WriteLine($"    baseline   {Figures(evidence.GetProperty("baseline"))}");
            output.WriteLine($"    candidate  {Figures(evidence.GetProperty("candidate"))}");
            foreach (var finding in evidence.GetProperty("findings").EnumerateArray())
            {
                output.WriteLine($"    {finding.GetProperty("guard").GetString(),-12} {(finding.GetProperty("broken").GetBoolean() ? "BROKEN" : "ok"),-7} {finding.GetProperty("words").GetString()}");
            }
            if (evidence.TryGetProperty("verdict", out var verdict))
            {
                output.WriteLine($"    verdict      {(verdict.GetProperty("passed").GetBoolean() ? "passed" : "failed"),-7} {verdict.GetProperty("author").GetString()}: {verdict.GetProperty("reason").GetString()}");
            }
        }
    }

    private static void PrintVersion(TextWriter output, string role, JsonElement version)
    {
        var ready = version.GetProperty("ready").GetBoolean() ? "" : "  NOT READY";
        var figures = version.TryGetProperty("statistics", out var statistics) ? $"  {Figures(statistics)}" : "";
        output.WriteLine($"{role + "v" + version.GetProperty("version"),-12} {version.GetProperty("percent"),6} %{ready}{figures}");
        if (version.TryGetProperty("lastError", out var error) && error.GetString() is { Length: > 0 } text) output.WriteLine($"    last error: {text}");
    }

    private static string Figures(JsonElement tally)
    {
        var latency = tally.GetProperty("latencyMs");
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{tally.GetProperty("requests")} requests, {tally.GetProperty("errorPercent")} % failed, p50 {latency.GetProperty("p50")} ms, p99 {latency.GetProperty("p99")} ms");
        if (tally.GetProperty("compared").GetInt64() > 0) text += $", {tally.GetProperty("disagreedPercent")} % of {tally.GetProperty("compared")} rows disagreed";
        if (tally.GetProperty("dropped").GetInt64() > 0) text += $", {tally.GetProperty("dropped")} copies dropped";
        return text;
    }
}
