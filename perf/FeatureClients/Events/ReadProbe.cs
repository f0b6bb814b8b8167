using System.Diagnostics;
using System.Text;
using Appliance.LoadGen.Histograms;

namespace FeatureClients.Events;

/// <summary>Posts one event of a member that has none and asks for the member's features until they are there. Used by one thread.</summary>
internal sealed class ReadProbe(ClientOptions options) : IDisposable
{
    /// <summary>Members of probes, behind all that are posted otherwise; the process's start makes them new to the appliance.</summary>
    private const long FirstMember = 1_000_000_000;

    private readonly HttpLine _line = new(options.Http);
    private long _member = FirstMember + (Environment.TickCount64 << 10);

    /// <summary>Probes every 25 ms until the end, in timestamp units: 40 a second tell a 99th percentile of 20 seconds from eight of them.</summary>
    public void Run(long until, LatencyHistogram readable)
    {
        var due = Stopwatch.GetTimestamp();
        for (; due < until; due += Stopwatch.Frequency / 40)
        {
            while (Stopwatch.GetTimestamp() < due) Thread.Sleep(1);
            Once();
            // From when it was due: a stall delays the probes behind it as well, and they must show it.
            readable.Record((long)Stopwatch.GetElapsedTime(due).TotalNanoseconds);
        }
    }

    /// <summary>From before the post to the first read that has the event.</summary>
    public TimeSpan Once()
    {
        var member = _member++;
        var json = Encoding.ASCII.GetBytes(
            $$$"""{"source":"member_events","type":"visit","entity":{"member_id":{{{member}}}},"time":"{{{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}}}","data":{"channel":"app"}}""");
        var begun = Stopwatch.GetTimestamp();
        var posted = _line.Send($"POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n", json);
        if (posted.Status != 200) throw new InvalidOperationException($"a probe's event was answered {posted.Status}: {posted.Body}");
        var get = $"GET /api/features?entity=member&id={member}&features=member_activity:visit_7d HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        while (true)
        {
            var (status, body) = _line.Send(get, default);
            if (status != 200) throw new InvalidOperationException($"a probe's read was answered {status}: {body}");
            if (body.Contains("\"PRESENT\"", StringComparison.Ordinal)) return Stopwatch.GetElapsedTime(begun);
            // Reading without a pause would take the processor from what is measured; what is found may be a millisecond older for it.
            Thread.Sleep(1);
        }
    }

    public void Dispose() => _line.Dispose();
}
