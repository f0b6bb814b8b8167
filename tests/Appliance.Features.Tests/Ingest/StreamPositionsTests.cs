using Appliance.Features.Ingest;

namespace Appliance.Features.Tests.Ingest;

public sealed class StreamPositionsTests
{
    [Fact]
    public void Positions_come_back_from_their_bytes()
    {
        var positions = new StreamPositions();
        positions.Set("journal", 4_711);
        positions.Set("events/12", 0);
        positions.Set("会员/3", long.MaxValue);
        positions.Advance("journal/member_events", 5);
        positions.Advance("journal/member_events", 4);

        Assert.True(StreamPositions.TryParse(positions.ToBytes(), out var read));
        Assert.Equal(positions.All, read.All);
        Assert.Equal(4_711, read.Next("journal"));
        Assert.Null(read.Next("events/13"));
        Assert.Equal(5, read.Newest("journal/member_events"));
        Assert.True(read.Newest("journal/other_events") < 0);
    }

    [Fact]
    public void What_is_needed_is_from_the_history_that_is_still_remembered_on()
    {
        var positions = new StreamPositions();
        Assert.Null(positions.Needed("journal"));
        positions.Set("journal", 500);
        Assert.Equal(500, positions.Needed("journal"));
        positions.SetHistory("journal", 300);

        Assert.True(StreamPositions.TryParse(positions.ToBytes(), out var read));
        Assert.Equal((500, 300, 300), (read.Next("journal"), read.History("journal"), read.Needed("journal")));
        positions.SetHistory("journal", null);
        Assert.True(StreamPositions.TryParse(positions.ToBytes(), out read));
        Assert.Equal((null, 500), (read.History("journal"), read.Needed("journal")));
    }

    [Fact]
    public void Bytes_that_are_cut_or_longer_or_foreign_are_not_positions()
    {
        var positions = new StreamPositions();
        positions.Set("journal", 1);
        var bytes = positions.ToBytes();
        for (var length = 0; length < bytes.Length; length++) Assert.False(StreamPositions.TryParse(bytes.AsSpan(0, length), out _));
        Assert.False(StreamPositions.TryParse([.. bytes, 0], out _));
        Assert.False(StreamPositions.TryParse(new byte[64], out _));
    }
}
