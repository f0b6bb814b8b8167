using System.Text;
using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using FeatureModel.Events;

namespace Appliance.Features.Tests.Ingest.Kafka;

public sealed class KafkaMessageDecoderTests
{
    private readonly KafkaMessageDecoder _decoder = new(EventLimits.Default);
    private readonly EventPage _page = new();

    [Fact]
    public void A_message_without_a_timestamp_was_read_when_it_says_that_it_happened()
    {
        _decoder.Decode(_page, "t/0", 3, Encoding.UTF8.GetBytes(KafkaBed.Json(1)), brokerTime: null);
        Assert.True(EventRecord.TryParse(_page.Events[0].Record.Span, out var record));
        Assert.Equal(record.EventTime, record.IngestTime);
        Assert.Equal(KafkaBed.Start.ToUnixTimeMilliseconds() * 1000, record.IngestTime);
    }

    [Fact]
    public void An_event_as_large_as_may_be_is_read_and_those_before_it_stay()
    {
        var fill = new string('x', 200_000);
        _decoder.Decode(_page, "t/0", 0, Encoding.UTF8.GetBytes(KafkaBed.Json(1)), 1);
        for (var offset = 1; offset < 8; offset++) _decoder.Decode(_page, "t/0", offset, Encoding.UTF8.GetBytes(KafkaBed.Json(2).Replace("{}", $"{{\"fill\":\"{fill}\"}}", StringComparison.Ordinal)), 1);
        Assert.Equal(1, KafkaBed.Number(_page.Events[0]));
        Assert.All(_page.Events.Skip(1), read => Assert.Equal(2, KafkaBed.Number(read)));
    }

    [Fact]
    public void An_event_past_the_limit_is_refused_with_the_limit()
    {
        var value = Encoding.UTF8.GetBytes(KafkaBed.Json(2).Replace("{}", $"{{\"fill\":\"{new string('x', 300_000)}\"}}", StringComparison.Ordinal));
        _decoder.Decode(_page, "t/0", 0, value, 1);
        Assert.Contains("262144", _page.Events[0].Refusal, StringComparison.Ordinal);
        Assert.Equal(value.Length, _page.Events[0].Raw.Length);
    }
}
