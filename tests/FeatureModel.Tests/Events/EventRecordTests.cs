using System.Text;
using System.Text.Json;
using FeatureModel.Events;

namespace FeatureModel.Tests.Events;

public sealed class EventRecordTests
{
    private static FeatureEvent Event(string? id = null, string source = "s", long time = 5, string data = "{}", params EventEntity[] entity) => new()
    {
        Id = id,
        Source = source,
        Type = "t",
        Entity = entity.Length == 0 ? [new EventEntity("m", 1)] : entity,
        EventTime = time,
        Data = Encoding.UTF8.GetBytes(data),
    };

    private static EventId IdOf(FeatureEvent e, long ingestTime = 1)
    {
        Assert.True(EventRecord.TryParse(e.ToRecord(ingestTime), out var record));
        return record.Id;
    }

    [Fact]
    public void An_object_survives_its_record()
    {
        var e = Event("id-1", "source", -1, """{"a":1}""", new EventEntity("b", "text"), new EventEntity("a", long.MinValue));
        Assert.True(EventRecord.TryParse(e.ToRecord(9), out var record));
        var back = FeatureEvent.FromRecord(record);
        Assert.Equal((e.Id, e.Source, e.Type, e.EventTime, e.CreatedTime), (back.Id, back.Source, back.Type, back.EventTime, back.CreatedTime));
        Assert.Equal([new EventEntity("a", long.MinValue), new EventEntity("b", "text")], back.Entity);
        Assert.Equal(e.Data.ToArray(), back.Data.ToArray());
        Assert.Equal(9, record.IngestTime);
    }

    [Fact]
    public void A_given_id_is_the_identity_within_its_source_whatever_else_the_event_says()
    {
        var id = IdOf(Event("x"));
        Assert.Equal(id, IdOf(Event("x", time: 6, data: """{"a":2}"""), ingestTime: 3));
        Assert.NotEqual(id, IdOf(Event("x", source: "s2")));
        Assert.NotEqual(id, IdOf(Event("y")));
        Assert.NotEqual(IdOf(Event("bc", source: "a")), IdOf(Event("c", source: "ab")));
    }

    [Fact]
    public void Without_an_id_source_entity_type_time_and_content_are_the_identity()
    {
        var id = IdOf(Event());
        Assert.Equal(id, IdOf(Event(), ingestTime: 99));
        Assert.NotEqual(id, IdOf(Event(time: 6)));
        Assert.NotEqual(id, IdOf(Event(source: "s2")));
        Assert.NotEqual(id, IdOf(Event(data: """{"a":2}""")));
        Assert.NotEqual(id, IdOf(Event(entity: new EventEntity("m", 2))));
        Assert.NotEqual(id, IdOf(Event(entity: new EventEntity("m", "1"))));
    }

    [Fact]
    public void The_order_of_the_join_keys_does_not_matter() => Assert.Equal(
        IdOf(Event(entity: [new EventEntity("a", 1), new EventEntity("b", "x")])),
        IdOf(Event(entity: [new EventEntity("b", "x"), new EventEntity("a", 1)])));

    [Fact]
    public void Every_shortened_record_is_refused()
    {
        var bytes = Event("id-1", "source", 3, """{"a":1}""", new EventEntity("b", "text")).ToRecord(1);
        for (var length = 0; length < bytes.Length; length++) Assert.False(EventRecord.TryParse(bytes.AsSpan(0, length), out _));
    }

    [Fact]
    public void Foreign_bytes_never_throw()
    {
        const int seed = 20250101;
        var random = new Random(seed);
        var whole = Event("id-1", "source", 3, """{"a":1}""", new EventEntity("b", "text"), new EventEntity("c", 7)).ToRecord(1);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])whole.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!EventRecord.TryParse(bytes, out var record)) continue;
            var keys = 0;
            foreach (var key in record.Entity) keys += key.Name.Length >= 0 ? 1 : 0;
            Assert.True(keys == record.EntityKeyCount, $"seed {seed}, round {i}");
            Assert.True(record.Source.Length + record.GivenId.Length + record.Type.Length + record.Data.Length < bytes.Length, $"seed {seed}, round {i}");
        }
    }

    [Fact]
    public void A_record_goes_out_as_the_JSON_that_it_came_in_as()
    {
        var text = EventText.Purchase.Replace(",\"data\"", ",\"created\":\"2025-01-01T00:50:02.5Z\",\"data\"");
        using var buffer = new EventRecordBuffer();
        Assert.True(buffer.TryAddJson(Encoding.UTF8.GetBytes(text), EventLimits.Default, 7, out _));
        Assert.True(EventRecord.TryParse(buffer.Bytes, out var record));
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) EventJsonWriter.Write(json, record);
        Assert.Equal(text.Replace("02.5Z", "02.500000Z"), Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void A_row_is_known_by_its_type()
    {
        var row = new FeatureEvent { Source = "push", Type = "row", Entity = [new EventEntity("d", 1)], EventTime = 1, CreatedTime = 2, Data = "{}"u8.ToArray() };
        Assert.True(EventRecord.TryParse(row.ToRecord(1), out var record));
        Assert.True(record.IsRow);
        Assert.Equal((true, 2L), (record.HasCreatedTime, record.CreatedTime));
    }

    [Fact]
    public void A_join_key_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => Event(entity: [new EventEntity("a", 1), new EventEntity("a", 2)]).ToRecord(1));
}
