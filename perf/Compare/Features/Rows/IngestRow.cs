using System.Globalization;
using Compare.Machine;
using Compare.Results;
using Compare.Servers;
using Compare.Tables;
using FeatureClients.Results;

namespace Compare.Features.Rows;

/// <summary>JSON events over HTTP into the journal and from there into the sample definitions' windows, at the wanted rate and as fast as they are taken.</summary>
internal static class IngestRow
{
    private const double EventsPerSecond = 100_000;

    /// <summary>What the applied rate may fall short of the offered one by, for the time that the last body takes.</summary>
    private const double RateSlack = 0.99;
    private const double ReadableMillis = 100;

    public static async Task MeasureAsync(FeatureTableOptions options, FeatureWorkload workload, TableReport report)
    {
        using var server = await workload.StartForEventsAsync();
        // Members get their first rows, and both programs' code its first use.
        Post(server, 0, Math.Max(2, options.Warmup));
        var (paced, pacedMicros) = Post(server, EventsPerSecond, options.IngestSeconds);
        var (fastest, fastestMicros) = Post(server, 0, Math.Max(1, options.IngestSeconds / 2));
        report.Ingest.AddRange([paced, fastest]);
        if (paced.Refused > 0) report.NotMeasured.Add($"ingest: {paced.Refused} events were refused, the first with {paced.FirstRefusal}");
        report.Lines.Add(TableLines.AtLeast("ingest", $"JSON events, {options.IngestSeconds:F0} s at {EventsPerSecond:F0}/s: on the disk and applied a second",
            "", Spread.Of([paced.AppliedRate]), EventsPerSecond * RateSlack, "F0"));
        report.Lines.Add(TableLines.AtMost("ingest", "the same: event to readable p99, ms", "", Spread.Of([paced.Readable.P99 / 1000]), ReadableMillis));
        report.Lines.Add(TableLines.Reported("ingest", "the same, core-µs an event, server and client", "", $"{pacedMicros:F2} and {paced.ClientCoreMicros:F2}"));
        report.Lines.Add(TableLines.Reported("ingest", "as many as are taken: applied a second; server core-µs an event", "", $"{fastest.AppliedRate:F0}; {fastestMicros:F2}"));
    }

    private static (PostResult Result, double ServerCoreMicros) Post(ServerProcess server, double rate, double seconds)
    {
        var before = CpuTimes.Read(server.Id);
        var result = ClientProgram.Run(ClientJsonContext.Default.PostResult,
            "--verb", "post", "--http", server.Ports.Http.ToString(CultureInfo.InvariantCulture), "--rate", TableLines.Text(rate), "--seconds", TableLines.Text(seconds));
        var used = CpuTimes.Read(server.Id) - before;
        return (result, used.Server * 1e6 / Math.Max(1, result.Accepted));
    }
}
