using System.Diagnostics;
using System.Globalization;
using FeatureClients.Results;
using Appliance.LoadGen.Histograms;

namespace FeatureClients.Events;

/// <summary>One connection that posts bodies: at given times, or each as soon as the one before is answered. Runs on a thread of its own.</summary>
internal sealed class EventPoster(ClientOptions options, int lane, LatencyHistogram acknowledged)
{
    public long Accepted { get; private set; }
    public long Duplicates { get; private set; }
    public long Refused { get; private set; }
    public string FirstRefusal { get; private set; } = "";

    /// <summary>Posts from the start until the end, both in timestamp units.</summary>
    public void Run(long start, long until)
    {
        using var line = new HttpLine(options.Http);
        var body = new EventBody(options.Batch, options.Members, lane, options.Connections);
        var head = $"POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Bytes.Length}\r\n\r\n";
        // The lanes take turns, so that bodies are spread evenly over time.
        var period = options.Rate > 0 ? options.Batch * options.Connections / options.Rate * Stopwatch.Frequency : 0;
        var due = start + (long)(period * lane / options.Connections);
        for (long number = 0; due < until; number++)
        {
            while (Stopwatch.GetTimestamp() < due) Thread.Sleep(1);
            body.Next(DateTimeOffset.UtcNow);
            Count(line.Send(head, body.Bytes));
            var end = Stopwatch.GetTimestamp();
            acknowledged.Record((long)Stopwatch.GetElapsedTime(due, end).TotalNanoseconds);
            due = period > 0 ? start + (long)(period * (number + 1 + ((double)lane / options.Connections))) : end;
        }
    }

    private void Count((int Status, string Body) answer)
    {
        if (answer.Status != 200)
        {
            if (Refused == 0) FirstRefusal = $"{answer.Status} {answer.Body}";
            Refused += options.Batch;
            return;
        }
        Accepted += NumberAfter(answer.Body, "\"accepted\":");
        Duplicates += NumberAfter(answer.Body, "\"duplicates\":");
    }

    /// <summary>The whole number that follows a text, which must be there.</summary>
    public static long NumberAfter(string text, string mark)
    {
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0) throw new FormatException($"the answer has no {mark} {text}");
        var digits = text.AsSpan(at + mark.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return long.Parse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
