using System.Diagnostics;
using FeatureClients.Results;
using Appliance.LoadGen.Histograms;
using Appliance.LoadGen.Reports;

namespace FeatureClients.Events;

/// <summary>Posts for a time over several connections while a probe reads, and then waits until everything posted has been applied.</summary>
internal static class PostRun
{
    public static PostResult Run(ClientOptions options)
    {
        var acknowledged = new LatencyHistogram();
        var readable = new LatencyHistogram();
        using var probe = new ReadProbe(options);
        probe.Once();
        using var self = Process.GetCurrentProcess();
        var idle = self.TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        var until = start + (long)(options.Seconds * Stopwatch.Frequency);
        var posters = Enumerable.Range(0, options.Connections).Select(lane => new EventPoster(options, lane, acknowledged)).ToList();
        var threads = posters.Select(poster => new Thread(() => poster.Run(start, until))).Append(new Thread(() => probe.Run(until, readable))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        // It stands behind all others in the journal: once it can be read, they have been applied.
        probe.Once();
        var applied = Stopwatch.GetElapsedTime(start).TotalSeconds;
        self.Refresh();
        var accepted = posters.Sum(poster => poster.Accepted);
        return new PostResult
        {
            Accepted = accepted,
            Duplicates = posters.Sum(poster => poster.Duplicates),
            Refused = posters.Sum(poster => poster.Refused),
            FirstRefusal = posters.Select(poster => poster.FirstRefusal).FirstOrDefault(refusal => refusal.Length > 0) ?? "",
            Seconds = Math.Round(seconds, 3),
            AppliedSeconds = Math.Round(applied, 3),
            Acknowledged = PercentileFigures.From(acknowledged),
            Readable = PercentileFigures.From(readable),
            Probes = readable.Count,
            ClientCoreMicros = Math.Round((self.TotalProcessorTime - idle).TotalMicroseconds / Math.Max(1, accepted), 3),
        };
    }
}
