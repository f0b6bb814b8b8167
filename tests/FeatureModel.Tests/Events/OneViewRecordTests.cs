using System.Text;
using FeatureModel.Events;

namespace FeatureModel.Tests.Events;

/// <summary>Rows of the stream that are for one view alone.</summary>
public sealed class OneViewRecordTests
{
    private const int FlagsOffset = 5, ViewOffset = 61;

    [Fact]
    public void A_row_says_which_view_it_is_for_and_is_no_history()
    {
        var record = Parsed(Row(0x123456));
        Assert.Equal((0x123456u, 0u, false, 1), (record.RowView, record.HistoryView, record.IsHistory, record.EntityKeyCount));
        Assert.Equal(record.Id, record.StreamId());
        Assert.Equal(Row(0x123456), Written(EventParts.Of(record)));
    }

    [Fact]
    public void A_row_for_all_views_has_the_bytes_that_it_had_before_rows_could_be_for_one()
    {
        var bytes = Row(0);
        Assert.Equal((3 - 1, 0), (bytes[FlagsOffset], bytes[ViewOffset]));
        Assert.Equal(0u, Parsed(bytes).RowView);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("row-7")]
    public void The_same_row_for_one_view_for_another_and_for_all_are_three_events(string? id)
    {
        var ids = new[] { 0u, 1u, 2u, EventRecord.MaxView }.Select(view => Parsed(Row(view, id)).Id).ToList();
        Assert.Equal(4, ids.Distinct().Count());
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(0, 1)]
    [InlineData(8 | 4, 1)]
    [InlineData(16, 1)]
    public void A_flag_and_a_view_that_do_not_belong_together_are_no_record(int flags, byte view)
    {
        var bytes = Row(0);
        bytes[FlagsOffset] |= (byte)flags;
        bytes[ViewOffset] = view;
        Assert.False(EventRecord.TryParse(bytes, out _));
    }

    [Fact]
    public void Only_a_row_can_be_for_one_view()
    {
        Assert.True(EventRecord.TryParse(Row(1), out _));
        Assert.False(EventRecord.TryParse(Row(1, type: "paid"), out _));
    }

    private static EventRecord Parsed(byte[] bytes)
    {
        Assert.True(EventRecord.TryParse(bytes, out var record));
        return record;
    }

    private static byte[] Row(uint view, string? id = null, string type = "row")
    {
        var e = new FeatureEvent
        {
            Id = id,
            Source = "orders",
            Type = type,
            Entity = [new EventEntity("member_id", 7)],
            EventTime = 1_700_000_000_000_000,
            CreatedTime = 5,
            Data = Encoding.UTF8.GetBytes("""{"amount":1.5}"""),
        };
        return Written(EventParts.Of(Parsed(e.ToRecord(9))) with { RowView = view });
    }

    private static byte[] Written(in EventParts parts)
    {
        var bytes = new byte[parts.Size];
        parts.WriteTo(bytes);
        return bytes;
    }
}
