using Appliance.Host.Rest;

namespace Appliance.Host.Tests.Rest;

public sealed class PooledBufferTests
{
    [Fact]
    public void What_was_written_stays_while_it_grows_and_is_gone_once_cleared()
    {
        var buffer = new PooledBuffer();
        for (var i = 0; i < 200_000; i++)
        {
            buffer.GetSpan(1)[0] = (byte)i;
            buffer.Advance(1);
        }

        Assert.Equal(Enumerable.Range(0, 200_000).Select(i => (byte)i), buffer.Written.ToArray());
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        Assert.True(buffer.Written.IsEmpty);
    }

    [Fact]
    public void Memory_that_is_given_away_keeps_what_was_written_and_is_not_written_again()
    {
        var buffer = new PooledBuffer();
        buffer.GetSpan(3).Fill(7);
        buffer.Advance(3);
        buffer.Filled[1] = 8;

        var given = buffer.Detach();
        Assert.Equal(0, buffer.Length);
        buffer.GetSpan(3).Fill(1);
        buffer.Advance(3);

        Assert.Equal([7, 8, 7], given[..3]);
        Assert.Equal([1, 1, 1], buffer.Written.ToArray());
    }

    [Fact]
    public void There_is_always_room_for_what_was_asked_and_no_more_can_be_claimed()
    {
        var buffer = new PooledBuffer();

        Assert.True(buffer.GetSpan(100_000).Length >= 100_000);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }
}
