using System.Text;
using FeatureModel.Events;
using TestKit;

namespace FeatureModel.Tests.Events;

public sealed class EventJsonReaderTests
{
    [Fact]
    public void Every_member_of_an_event_reaches_its_record()
    {
        var e = Assert.Single(EventText.Read(EventText.Purchase.Replace(",\"data\"", ",\"created\":\"2025-01-01T00:50:03.000001Z\",\"data\"")));
        Assert.Equal(("p-1", "member_events", "purchase"), (e.Id, e.Source, e.Type));
        Assert.Equal(new EventEntity("member_id", 102895), Assert.Single(e.Entity));
        Assert.Equal(1735692602_000000, e.EventTime);
        Assert.Equal(1735692603_000001, e.CreatedTime);
        Assert.Equal("""{"amount":12.5}""", Encoding.UTF8.GetString(e.Data.Span));
    }

    [Theory]
    [InlineData("[{0},{0}]", 2)]
    [InlineData("{0}\n{0}\n{0}\n", 3)]
    [InlineData("{0}", 1)]
    [InlineData("[]", 0)]
    [InlineData(" \n ", 0)]
    public void A_body_is_one_event_or_an_array_or_a_line_each(string form, int events) =>
        Assert.Equal(events, EventText.Read(form.Replace("{0}", EventText.Purchase)).Count);

    [Fact]
    public void Members_may_come_in_any_order_and_with_escapes()
    {
        var e = Assert.Single(EventText.Read(
            """{"data":{ "a" : [1,{"b":"\u00e9"}] },"time":"2025-01-01T02:50:02+02:00","t\u0079pe":"pur\u0063hase","entity":{"z":"a\"b","\u0061":1},"source":"\u00e9t\u00e9"}"""));
        Assert.Equal(("été", "purchase", 1735692602_000000), (e.Source, e.Type, e.EventTime));
        Assert.Equal([new EventEntity("a", 1), new EventEntity("z", "a\"b")], e.Entity);
        Assert.Equal("""{ "a" : [1,{"b":"\u00e9"}] }""", Encoding.UTF8.GetString(e.Data.Span));
        Assert.Null(e.Id);
    }

    [Theory]
    [InlineData("id", "\"id\":7", "event.id is 7; it must be a string.")]
    [InlineData("id", "\"id\":\"\"", "event.id is \"\"; it must not be empty.")]
    [InlineData("id", "\"id\":\"a\\u0001\"", "event.id is \"a\\u0001\"; it must hold no control characters.")]
    [InlineData("source", "", "event.source is missing; every event has source, type, entity, time and data.")]
    [InlineData("type", "\"type\":null", "event.type is null; it must be a string.")]
    [InlineData("type", "\"type\":\"a\",\"type\":\"b\"", "event.type must stand once.")]
    [InlineData("type", "\"type\":\"a\",\"when\":1", "event.when is not a member of an event; it has id, source, type, entity, time, created and data.")]
    [InlineData("entity", "\"entity\":[1]", "event.entity is an array; it must be an object of join keys.")]
    [InlineData("entity", "\"entity\":{}", "event.entity is {}; it must have a join key.")]
    [InlineData("entity", "\"entity\":{\"m\":1.5}", "event.entity.m is 1.5; it must be a whole number of 64 bits or a string.")]
    [InlineData("entity", "\"entity\":{\"m\":9223372036854775808}", "event.entity.m is 9223372036854775808; it must be a whole number of 64 bits or a string.")]
    [InlineData("entity", "\"entity\":{\"m\":true}", "event.entity.m is true; it must be a whole number of 64 bits or a string.")]
    [InlineData("entity", "\"entity\":{\"m\":1,\"m\":2}", "event.entity.m must stand once.")]
    [InlineData("time", "\"time\":\"yesterday\"", "event.time is \"yesterday\"; it must be an RFC 3339 time with Z or an offset, like 2025-01-01T00:50:02Z.")]
    [InlineData("time", "\"time\":1735692602", "event.time is 1735692602; it must be an RFC 3339 time with Z or an offset, like 2025-01-01T00:50:02Z.")]
    [InlineData("data", "\"data\":[1]", "event.data is an array; it must be an object.")]
    public void What_is_wrong_is_named_with_its_value_and_the_rule(string member, string replacement, string refusal) =>
        Assert.Equal(refusal, EventText.Refusal(EventText.With(member, replacement)));

    [Fact]
    public void An_event_of_many_is_named_by_its_place()
    {
        Assert.Equal("events[1] is 5; it must be an object.", EventText.Refusal($"[{EventText.Purchase},5]"));
        Assert.Equal("events[2].data is 1; it must be an object.", EventText.Refusal(
            $"{EventText.Purchase}\n{EventText.Purchase}\n{EventText.With("data", "\"data\":1")}"));
    }

    [Fact]
    public void A_body_with_one_bad_event_adds_none_of_its_events()
    {
        using var buffer = new EventRecordBuffer();
        Assert.True(buffer.TryAddJson(Encoding.UTF8.GetBytes(EventText.Purchase), EventLimits.Default, 7, out _));
        var before = buffer.Bytes.ToArray();
        Assert.False(buffer.TryAddJson(Encoding.UTF8.GetBytes($"[{EventText.Purchase},{{}}]"), EventLimits.Default, 7, out var rejection));
        Assert.Equal(1, rejection!.Index);
        Assert.Equal(1, buffer.Count);
        Assert.Equal(before, buffer.Bytes.ToArray());
    }

    [Theory]
    [InlineData("{\"source\":")]
    [InlineData("{\"source\" \"a\"}")]
    [InlineData("[{},")]
    [InlineData("{\"data\":{\"a\":\"x")]
    [InlineData("[1e")]
    public void Text_that_is_not_JSON_is_refused(string body) => Assert.StartsWith("event", EventText.Refusal(body));

    [Fact]
    public void Bytes_that_are_not_text_are_refused()
    {
        var body = Encoding.UTF8.GetBytes(EventText.Purchase);
        body[^4] = 0xFF;
        Assert.Contains("JSON", EventText.Refusal(body));
        body = Encoding.UTF8.GetBytes(EventText.With("data", "\"data\":{\"a\":\"xyz\"}"));
        body[^5] = 0xC3;
        Assert.Equal("event must be UTF-8.", EventText.Refusal(body));
    }

    [Fact]
    public void Half_a_character_is_refused_wherever_it_stands()
    {
        Assert.Equal("event must hold whole Unicode characters.", EventText.Refusal(EventText.With("source", "\"source\":\"\\ud800\"")));
        Assert.Equal("event must hold whole Unicode characters.", EventText.Refusal(EventText.With("data", "\"data\":{\"a\":\"\\udc00x\"}")));
    }

    [Fact]
    public void Sizes_are_bounded()
    {
        var limits = new EventLimits { MaxEventBytes = 400, MaxEvents = 2, MaxIdBytes = 8, MaxNameBytes = 16, MaxEntityKeys = 2, MaxEntityTextBytes = 8, MaxDataDepth = 3 };
        Assert.Equal("event.data must be at most 3 levels deep.", EventText.Refusal(EventText.With("data", "\"data\":{\"a\":[[[1]]]}"), limits));
        Assert.Single(EventText.Read(EventText.With("data", "\"data\":{\"a\":[[1]]}"), limits));
        Assert.Contains("it must have at most 8 bytes", EventText.Refusal(EventText.With("id", "\"id\":\"123456789\""), limits));
        Assert.Contains("it must have at most 16 bytes", EventText.Refusal(EventText.With("type", "\"type\":\"12345678901234567\""), limits));
        Assert.Equal("event.entity must have at most 2 join keys.", EventText.Refusal(EventText.With("entity", "\"entity\":{\"a\":1,\"b\":2,\"c\":3}"), limits));
        Assert.Contains("event.entity.a is \"123456789\"; it must have at most 8 bytes", EventText.Refusal(EventText.With("entity", "\"entity\":{\"a\":\"123456789\"}"), limits));
        Assert.Contains("it must have at most 400", EventText.Refusal(EventText.With("data", $"\"data\":{{\"a\":\"{new string('x', 400)}\"}}"), limits));
        Assert.Contains("events[2] must be one of at most 2 events in a body", EventText.Refusal($"[{EventText.Purchase},{EventText.Purchase},{EventText.Purchase}]", limits));
    }

    [Fact]
    public void A_long_key_of_64_KB_is_refused_and_shown_shortened()
    {
        var refusal = EventText.Refusal(EventText.With("entity", $"\"entity\":{{\"member_id\":\"{new string('k', 65536)}\"}}"));
        Assert.Contains("(65536 bytes)", refusal);
        Assert.True(refusal.Length < 250, refusal);
    }

    [Fact]
    public void A_record_that_does_not_fit_is_read_again_with_more_room()
    {
        using var reader = new EventJsonReader(Encoding.UTF8.GetBytes($"[{EventText.Purchase},{EventText.Purchase}]"), EventLimits.Default, 7);
        var room = new byte[1024];
        Assert.Equal(EventReadStatus.Record, reader.Read(room, out var first));
        Assert.Equal(EventReadStatus.BufferTooSmall, reader.Read(room.AsSpan(0, first - 1), out _));
        Assert.Equal(first, reader.RequiredBytes);
        Assert.Equal(EventReadStatus.Record, reader.Read(room.AsSpan(0, first), out var second));
        Assert.Equal(first, second);
        Assert.Equal(EventReadStatus.End, reader.Read(room, out _));
        Assert.Equal(2, reader.Count);
    }

    [Fact]
    public void Reading_allocates_nothing_per_event()
    {
        var body = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat(EventText.Purchase, 100)) + "]");
        var room = new byte[1024];
        Assert.Equal(0, Allocations.Least(() => ReadAll(body, room)));
    }

    private static void ReadAll(byte[] body, byte[] room)
    {
        using var reader = new EventJsonReader(body, EventLimits.Default, 7);
        while (reader.Read(room, out _) == EventReadStatus.Record)
        {
        }
        Assert.True(reader.Count == 100);
    }
}
