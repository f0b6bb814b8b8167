using System.Buffers.Text;
using Appliance.LoadGen.Histograms;

namespace Compare.Clients;

/// <summary>Reads h2load's log of requests: start in µs since the epoch, HTTP status, duration in µs, with tabs between.</summary>
internal static class H2LoadLog
{
    /// <summary>The durations of the requests that were answered with 200.</summary>
    public static LatencyHistogram Parse(ReadOnlySpan<byte> log)
    {
        var durations = new LatencyHistogram();
        foreach (var range in log.Split((byte)'\n'))
        {
            var line = log[range];
            var status = line.IndexOf((byte)'\t') + 1;
            var duration = line.LastIndexOf((byte)'\t') + 1;
            if (status > 0 && duration > status + 1 && line[status..(duration - 1)].SequenceEqual("200"u8)
                && Utf8Parser.TryParse(line[duration..], out long micros, out var used) && used == line.Length - duration)
            {
                durations.Record(micros * 1000);
            }
        }
        return durations;
    }
}
