using System.Globalization;
using System.Text.RegularExpressions;

namespace Compare.Clients;

/// <summary>The figures that h2load prints at its end. Whether a gRPC call succeeded is not among them: it never reads trailers.</summary>
internal sealed partial record H2LoadOutput(double Rate, long Done, long Good)
{
    public long Failed => Done - Good;

    public static H2LoadOutput Parse(string output)
    {
        var finished = Finished().Match(output);
        var requests = Requests().Match(output);
        var statuses = Statuses().Match(output);
        if (!finished.Success || !requests.Success || !statuses.Success)
        {
            throw new FormatException($"h2load's output has no summary: {output.Trim()}");
        }
        var lost = Whole(requests, 3) + Whole(requests, 4) + Whole(requests, 5);
        return new(
            double.Parse(finished.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            Math.Max(Whole(requests, 1), Whole(requests, 2) + lost),
            Math.Min(Whole(requests, 2), Whole(statuses, 1)));
    }

    private static long Whole(Match match, int group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^finished in \S+, (\S+) req/s", RegexOptions.Multiline)]
    private static partial Regex Finished();

    [GeneratedRegex(@"^requests: \d+ total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", RegexOptions.Multiline)]
    private static partial Regex Requests();

    [GeneratedRegex(@"^status codes: (\d+) 2xx", RegexOptions.Multiline)]
    private static partial Regex Statuses();
}
