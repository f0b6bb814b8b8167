using System.Text;
using FeatureModel.Events;

namespace FeatureModel.Tests.Events;

/// <summary>Reads bodies for the tests of this folder.</summary>
internal static class EventText
{
    public const string Purchase =
        """{"id":"p-1","source":"member_events","type":"purchase","entity":{"member_id":102895},"time":"2025-01-01T00:50:02Z","data":{"amount":12.5}}""";

    /// <summary>The events of a body that is taken.</summary>
    public static List<FeatureEvent> Read(string body, EventLimits? limits = null)
    {
        using var buffer = new EventRecordBuffer();
        Assert.True(buffer.TryAddJson(Encoding.UTF8.GetBytes(body), limits ?? EventLimits.Default, 7, out var rejection), rejection?.ToString());
        var events = new List<FeatureEvent>();
        for (var rest = buffer.Bytes; !rest.IsEmpty;)
        {
            Assert.True(EventRecord.TryParse(rest, out var record));
            Assert.Equal(7, record.IngestTime);
            events.Add(FeatureEvent.FromRecord(record));
            rest = rest[record.Bytes.Length..];
        }
        Assert.Equal(buffer.Count, events.Count);
        return events;
    }

    /// <summary>Why a body is refused.</summary>
    public static string Refusal(byte[] body, EventLimits? limits = null)
    {
        using var buffer = new EventRecordBuffer();
        Assert.False(buffer.TryAddJson(body, limits ?? EventLimits.Default, 7, out var rejection));
        Assert.Equal(0, buffer.Count);
        Assert.True(buffer.Bytes.IsEmpty);
        return rejection!.ToString();
    }

    public static string Refusal(string body, EventLimits? limits = null) => Refusal(Encoding.UTF8.GetBytes(body), limits);

    /// <summary>The purchase with one member replaced by others; an empty replacement takes it out.</summary>
    public static string With(string member, string replacement)
    {
        var start = Purchase.IndexOf($"\"{member}\":", StringComparison.Ordinal);
        var ends = new[] { ",\"source\"", ",\"type\"", ",\"entity\"", ",\"time\"", ",\"data\"" };
        var end = ends.Select(e => Purchase.IndexOf(e, StringComparison.Ordinal)).Where(i => i > start).DefaultIfEmpty(Purchase.Length - 1).Min();
        var text = Purchase[..start] + replacement + Purchase[end..];
        return text.Replace("{,", "{").Replace(",,", ",").Replace(",}", "}");
    }
}
