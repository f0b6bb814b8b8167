using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class LoopCountTests
{
    // Two that wait for cores half of the time in which they do not wait for sockets; and one that keeps its core.
    private static readonly LoopLoad Crowded = new(0.95, 900, Bytes: 500, Cores: 0.45);
    private static readonly LoopLoad Alone = new(0.99, 3000, Bytes: 1000, Cores: 0.9);

    private readonly LoopCount _count;
    private double _idle;
    private int _asked;

    public LoopCountTests() => _count = new LoopCount(4, () =>
    {
        _asked++;
        return _idle;
    });

    [Fact]
    public void One_more_comes_at_the_look_that_says_so()
    {
        Assert.Equal(2, _count.Next([new(1, 60_000)]));
        Assert.Equal(3, _count.Next([new(1, 60_000), default]));
    }

    [Fact]
    public void One_goes_after_half_a_second_in_which_fewer_did()
    {
        LoopLoad[] light = [new(0.2, 10), new(0.2, 10)];
        LoopLoad[] more = [new(0.5, 10), new(0.5, 10)];
        Assert.All(Looks(LoopCount.FewerInARow - 1, light), count => Assert.Equal(2, count));
        Assert.True(_count.MayFall);
        Assert.Equal(2, _count.Next(more));
        Assert.False(_count.MayFall);
        Assert.All(Looks(LoopCount.FewerInARow - 1, light), count => Assert.Equal(2, count));
        Assert.Equal(1, _count.Next(light));
    }

    // Hundredths of a second of 50 ms: one look may see a whole core where there is a fifth of one.
    [Fact]
    public void Idle_cores_are_a_mean_over_the_looks()
    {
        foreach (var idle in new[] { 0.4, 0, 0, 0.4, 0, 0, 0.4, 0, 0 })
        {
            _idle = idle;
            Assert.Equal(1, _count.Next([new(0.9, 900)]));
        }
        _idle = 0.4;
        Assert.Contains(2, Looks(3, [new(0.9, 900)]));
    }

    [Fact]
    public void What_was_idle_before_a_pause_does_not_count()
    {
        _idle = 1;
        Looks(2, [new(0.9, 10)]);
        _idle = 0;
        Looks(LoopCount.FewerInARow, [new(0.1, 10)]);
        var asked = _asked;
        _idle = 0.9;
        Assert.Equal(1, _count.Next([new(0.9, 10)]));
        Assert.Equal(asked + 1, _asked);
    }

    [Fact]
    public void Loops_that_wait_for_cores_try_with_one_less_and_stay_so_where_as_much_is_received()
    {
        UntilTrial();
        Assert.All(Looks(1000, [Alone with { Bytes = 951 }]), count => Assert.Equal(1, count));
    }

    [Fact]
    public void A_trial_is_taken_back_where_less_is_received_and_the_next_one_comes_much_later()
    {
        UntilTrial();
        var less = Alone with { Bytes = 949 };
        Assert.All(Looks(LoopCount.Settling + LoopCount.Compared - 1, [less]), count => Assert.Equal(1, count));
        Assert.Equal(2, _count.Next([less]));
        Assert.All(Looks(LoopCount.Rest, [Crowded, Crowded]), count => Assert.Equal(2, count));
        Assert.Contains(1, Looks(LoopCount.Compared + 1, [Crowded, Crowded]));
    }

    [Fact]
    public void What_was_received_while_connections_moved_is_not_compared()
    {
        UntilTrial();
        Looks(LoopCount.Settling, [Alone with { Bytes = 0 }]);
        Assert.All(Looks(LoopCount.Compared + 1, [Alone]), count => Assert.Equal(1, count));
    }

    [Fact]
    public void A_trial_ends_where_one_more_is_needed()
    {
        UntilTrial();
        Looks(LoopCount.Settling, [Alone]);
        Assert.Equal(2, _count.Next([new(1, 60_000)]));
        // It begins anew, and is not judged by the one before.
        Assert.All(Looks(LoopCount.Compared - 1, [Crowded, Crowded]), count => Assert.Equal(2, count));
    }

    [Fact]
    public void Loops_that_have_their_cores_or_keep_up_or_receive_nothing_try_nothing()
    {
        foreach (var load in new[] { Crowded with { Cores = 0.9 }, Crowded with { BusyShare = 0.8 }, Crowded with { Bytes = 0 } })
        {
            Assert.All(Looks(100, [load, load]), count => Assert.Equal(2, count));
        }
    }

    [Fact]
    public void One_loop_alone_is_never_too_many()
    {
        Assert.All(Looks(100, [Crowded]), count => Assert.Equal(1, count));
    }

    private void UntilTrial()
    {
        Assert.All(Looks(LoopCount.Compared - 1, [Crowded, Crowded]), count => Assert.Equal(2, count));
        Assert.Equal(1, _count.Next([Crowded, Crowded]));
    }

    private int[] Looks(int looks, LoopLoad[] loads) => [.. Enumerable.Range(0, looks).Select(_ => _count.Next(loads))];
}
