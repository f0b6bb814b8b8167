using System.Text;
using FeatureModel.Events;

namespace FeatureModel.Tests.Events;

public sealed class HistoryRecordTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("order-7")]
    public void One_event_has_an_id_of_its_own_in_the_stream_and_in_each_views_history(string? id)
    {
        var ids = new[] { Record(id, 0), Record(id, 1), Record(id, 2), Record(id, EventRecord.MaxView) }.Select(bytes => Parsed(bytes).Id).ToList();
        Assert.Equal(4, ids.Distinct().Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("order-7")]
    public void History_knows_the_id_that_its_event_has_in_the_stream(string? id)
    {
        var stream = Parsed(Record(id, 0));
        Assert.Equal(stream.Id, stream.StreamId());
        foreach (var view in new[] { 1u, 77u, EventRecord.MaxView }) Assert.Equal(stream.Id, Parsed(Record(id, view)).StreamId());
    }

    [Fact]
    public void History_is_the_event_and_the_view_that_it_is_for()
    {
        var record = Parsed(Record("order-7", 0x123456));
        Assert.True(record.IsHistory);
        Assert.Equal((0x123456u, 2), (record.HistoryView, record.EntityKeyCount));
        Assert.Equal(Record("order-7", 0), Written(EventParts.Of(record)));
        Assert.False(Parsed(Record("order-7", 0)).IsHistory);
    }

    [Fact]
    public void History_without_a_view_and_a_view_without_history_are_no_records()
    {
        var history = Record("order-7", 1);
        history[EventRecordOffsets.View] = 0;
        Assert.False(EventRecord.TryParse(history, out _));
        var stream = Record("order-7", 0);
        stream[EventRecordOffsets.View] = 1;
        Assert.False(EventRecord.TryParse(stream, out _));
    }

    [Fact]
    public void A_number_of_a_view_that_a_record_cannot_carry_is_a_mistake() =>
        Assert.Throws<OverflowException>(() => Record(null, EventRecord.MaxView + 1));

    private static EventRecord Parsed(byte[] bytes)
    {
        Assert.True(EventRecord.TryParse(bytes, out var record));
        return record;
    }

    private static byte[] Record(string? id, uint view)
    {
        var e = new FeatureEvent
        {
            Id = id,
            Source = "orders",
            Type = "paid",
            Entity = [new EventEntity("member_id", 7), new EventEntity("shop", "a")],
            EventTime = 1_700_000_000_000_000,
            CreatedTime = 5,
            Data = Encoding.UTF8.GetBytes("""{"amount":1.5}"""),
        };
        return Written(EventParts.Of(Parsed(e.ToRecord(9))) with { HistoryView = view });
    }

    private static byte[] Written(in EventParts parts)
    {
        var bytes = new byte[parts.Size];
        parts.WriteTo(bytes);
        return bytes;
    }

    private static class EventRecordOffsets
    {
        public const int View = 61;
    }
}
