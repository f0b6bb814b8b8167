using System.Diagnostics;
using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class LoopCountTests
{
    private const int TrialLooks = LoopCount.Settling + LoopCount.Compared;

    private static readonly LoopLoad Light = new(0.2, 10), Busy = new(0.5, 10), HeldUp = new(1, 60_000, Cores: 1);

    private LoopCount _count;
    private double _idle;
    private long _received;
    private long _now = 17;

    public LoopCountTests() => _count = Most(64);

    [Fact]
    public void One_more_comes_at_the_look_that_says_so()
    {
        Assert.Equal(2, Look(HeldUp));
        Assert.Equal(3, Look(HeldUp, default));
    }

    [Fact]
    public void One_goes_after_half_a_second_in_which_fewer_did()
    {
        for (var i = 1; i < LoopCount.FewerInARow; i++) Assert.Equal(2, Look(Light, Light));
        Assert.True(_count.MayFall);
        Assert.Equal(2, Look(Busy, Busy));
        Assert.False(_count.MayFall);
        for (var i = 1; i < LoopCount.FewerInARow; i++) Assert.Equal(2, Look(Light, Light));
        Assert.Equal(1, Look(Light, Light));
    }

    // Hundredths of a second of 50 ms: one look may see two fifths of a core where there is less than a fifth.
    [Fact]
    public void Idle_cores_are_a_mean_over_the_looks()
    {
        foreach (var idle in new[] { 0.4, 0, 0, 0.4, 0, 0, 0.4, 0, 0 })
        {
            _idle = idle;
            Assert.Equal(1, Look(new LoopLoad(0.9, 900, Cores: 0.9)));
        }
        _idle = 0.4;
        Assert.Contains(2, Enumerable.Range(0, 3).Select(_ => Look(new LoopLoad(0.9, 900, Cores: 0.9))));
    }

    [Fact]
    public void What_was_idle_before_a_pause_does_not_count()
    {
        var saturated = new LoopLoad(0.9, 10, Cores: 0.9);
        _idle = 0.49;
        for (var i = 0; i < 40; i++) Assert.Equal(1, Look(saturated));
        for (var i = 0; i < LoopCount.FewerInARow; i++) Look(Light);
        _idle = 0.99;
        Assert.Equal(1, Look(saturated));
    }

    // Beside callers that take the cores: as much with one, or a third more.
    [Theory]
    [InlineData(2, 0.96)]
    [InlineData(2, 1.6)]
    [InlineData(8, 1.05)]
    public void Loops_that_wait_for_cores_become_fewer_where_as_much_is_received(int loops, double onMore)
    {
        var counts = Run(loops, seconds: 60, count => Math.Pow(onMore, loops - count));
        Assert.Equal(1, counts[^1]);
    }

    // A trainer has all cores: each loop is given its share of them.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    public void Loops_that_wait_for_cores_stay_where_less_is_received_with_fewer_and_try_ever_less_often(int loops)
    {
        _count = Most(loops);
        var counts = Run(loops, seconds: 1200, count => count);
        Assert.Equal(loops, counts[^1]);
        Assert.InRange(counts.Count(count => count < loops), TrialLooks, counts.Length / 200);
        Assert.All(counts, count => Assert.InRange(count, loops - Math.Max(1, loops / 4), loops));
    }

    // A little less each time is much less in the end.
    [Fact]
    public void Trials_in_a_row_are_compared_with_the_best_of_them()
    {
        var counts = Run(64, seconds: 8, count => Math.Pow(0.96, Math.Log(64.0 / count, 4.0 / 3)));
        Assert.Equal(48, counts[^1]);
    }

    [Fact]
    public void One_loop_that_does_not_keep_up_for_long_tries_more_and_keeps_what_brings_more()
    {
        var counts = Run(1, seconds: 60, count => Math.Min(count, 6));
        Assert.All(counts[..LoopCount.Lasting], count => Assert.Equal(1, count));
        Assert.Equal(6, counts[^1]);
    }

    [Fact]
    public void One_more_that_brings_no_more_is_taken_back_and_tried_ever_less_often()
    {
        var counts = Run(1, seconds: 1200, count => count == 1 ? 1 : 1.04);
        Assert.Equal(1, counts[^1]);
        Assert.InRange(counts.Count(count => count == 2), TrialLooks, counts.Length / 200);
    }

    // What is received while connections move tells nothing.
    [Fact]
    public void The_first_looks_of_a_trial_are_left_out()
    {
        var counts = Run(2, seconds: 3, (count, sinceChange) => count == 1 && sinceChange <= LoopCount.Settling ? 0 : 1);
        Assert.Equal(1, counts[^1]);
    }

    // A container's share of one core and a fifth, in two loops: they wait, and cores are idle meanwhile.
    [Fact]
    public void Loops_that_wait_while_cores_are_idle_try_nothing()
    {
        _count = Most(2);
        _idle = 0.8;
        Assert.All(Run(2, seconds: 60, count => 1), count => Assert.Equal(2, count));
    }

    [Fact]
    public void A_trial_that_is_ended_by_a_need_for_more_counts_as_one_that_failed()
    {
        _count = Most(2);
        var counts = Run(2, seconds: 25, (count, sinceChange) => 1, load => load.Length == 1 ? [HeldUp] : load);
        Assert.Equal(2, counts[^1]);
        Assert.Equal(1, counts.Count(count => count == 1));
    }

    [Fact]
    public void Loops_that_have_their_cores_or_keep_up_try_nothing()
    {
        _count = Most(2);
        Assert.All(Run(2, seconds: 60, (_, _) => 1, load => [.. load.Select(one => one with { Cores = 0.9 })]), count => Assert.Equal(2, count));
        Assert.All(Run(2, seconds: 60, (_, _) => 1, load => [.. load.Select(one => one with { BusyShare = 0.8 })]), count => Assert.Equal(2, count));
    }

    private LoopCount Most(int loops) => new(loops, () => _idle);

    private int Look(params LoopLoad[] loads) => _count.Next(loads, _received, _now += LoopGroup.Period);

    private int[] Run(int loops, int seconds, Func<int, double> received) => Run(loops, seconds, (count, _) => received(count));

    // Loops that have a core for half of the time, as many as wanted, and receive what they do by their number and the looks since it changed.
    private int[] Run(int loops, int seconds, Func<int, int, double> received, Func<LoopLoad[], LoopLoad[]>? loadsOf = null)
    {
        var counts = new int[seconds * (int)(Stopwatch.Frequency / LoopGroup.Period)];
        var (count, since) = (loops, 1000);
        for (var i = 0; i < counts.Length; i++)
        {
            var loads = Enumerable.Repeat(new LoopLoad(0.95, 3000, Cores: 0.45), count).ToArray();
            _received += (long)(1_000_000 * received(count, since));
            var next = Look(loadsOf?.Invoke(loads) ?? loads);
            (since, count) = (next == count ? since + 1 : 1, next);
            counts[i] = count;
        }
        return counts;
    }
}
