using System.Diagnostics;
using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class LoopCountTests
{
    private const int TrialLooks = LoopCount.Settling + LoopCount.Compared;

    private static readonly LoopLoad Light = new(0.2, 10), Busy = new(0.5, 10), HeldUp = new(1, 60_000, Cores: 1);

    private static readonly LoopLoad Crowded = new(0.95, 3000, Cores: 0.45);

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

    // Hundredths of a second of 50 ms: one look may see a whole core where there is a third of one.
    [Fact]
    public void Idle_cores_are_a_mean_over_the_looks()
    {
        var saturated = new LoopLoad(0.9, 10, Cores: 0.9);
        foreach (var idle in new[] { 1.0, 0, 0, 1.0, 0, 0, 1.0, 0, 0 })
        {
            _idle = idle;
            Assert.Equal(1, Look(saturated));
        }
        _idle = 1;
        Assert.Contains(2, Enumerable.Range(0, 3).Select(_ => Look(saturated)));
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
        _idle = 0.49;
        for (var i = 0; i < 40; i++) Assert.Equal(1, Look(saturated));
        _now += LoopCount.Pause;
        Look(saturated);
        _idle = 0.99;
        Assert.Equal(1, Look(saturated));
    }

    // Nobody looks while all loops sleep.
    [Theory]
    [InlineData(LoopCount.Compared)]
    [InlineData(LoopCount.Compared + 1 + LoopCount.Settling + 1)]
    public void A_pause_ends_what_was_compared_and_a_trial_without_a_finding(int looks)
    {
        _count = Most(4);
        for (var burst = 0; burst < 5; burst++)
        {
            var count = 4;
            // The look behind the pause was the first of them.
            for (var i = Math.Min(burst, 1); i < looks; i++)
            {
                _received += 1_000_000;
                count = Look([.. Enumerable.Repeat(Crowded, count)]);
            }
            Assert.Equal(looks > LoopCount.Compared ? 3 : 4, count);
            _now += LoopCount.Pause;
            Assert.Equal(4, Look([.. Enumerable.Repeat(Crowded, count)]));
        }
        Assert.Equal(3, Run(4, seconds: 1, count => 1)[^1]);
    }

    [Fact]
    public void A_trial_that_is_ended_by_growth_gives_back_what_it_took()
    {
        _count = Most(16);
        var counts = Run(16, seconds: 25, (_, _) => 1, load => load.Length < 16 ? [.. load[1..], HeldUp] : load);
        Assert.Equal(1, counts.Count(count => count == 12));
        Assert.Equal(counts.Length - 1, counts.Count(count => count == 16));
    }

    // Beside callers that take the cores: nearly as much with one less, or more, or much more.
    [Theory]
    [InlineData(2, 0.96)]
    [InlineData(2, 1.6)]
    [InlineData(8, 1.05)]
    public void Loops_that_wait_for_cores_become_fewer_where_as_much_is_received_and_more_are_tried_ever_less_often(int loops, double withOneLess)
    {
        _count = Most(loops);
        var counts = Run(1, seconds: 1800, count => Math.Pow(withOneLess, loops - count));
        Assert.True(counts[..10].Max() > 1, "long turns bring more at first");
        Assert.All(counts[200..600], count => Assert.Equal(1, count));
        Assert.InRange(counts.Count(count => count > 1), TrialLooks, counts.Length / 25);
        Assert.True(counts[^(int)((LoopCount.Standing / LoopGroup.Period) << LoopCount.Doublings)..].Max() > 1, "they are tried again in the end");
    }

    // A trainer has all cores: each loop is given its share of them.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    public void Loops_that_wait_for_cores_stay_where_less_is_received_with_fewer_and_fewer_are_tried_ever_less_often(int loops)
    {
        _count = Most(loops);
        var counts = Run(1, seconds: 1800, count => count)[loops..];
        Assert.Equal(loops, counts[^1]);
        Assert.All(counts, count => Assert.InRange(count, loops - Math.Max(1, loops / 4), loops));
        Assert.InRange(counts.Count(count => count < loops), TrialLooks, counts.Length / 200);
    }

    // A little less each time is much less in the end.
    [Fact]
    public void Trials_in_a_row_are_compared_with_the_best_of_them()
    {
        var counts = Run(64, seconds: 8, count => Math.Pow(0.96, Math.Log(64.0 / count, 4.0 / 3)));
        Assert.All(counts[60..], count => Assert.Equal(48, count));
    }

    // What is received while connections move tells nothing.
    [Fact]
    public void The_first_looks_of_a_trial_are_left_out()
    {
        _count = Most(2);
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
    public void A_trial_that_is_ended_by_a_call_that_holds_its_loop_has_found_that_all_are_needed()
    {
        _count = Most(2);
        var counts = Run(2, seconds: 25, (_, _) => 1, load => load.Length == 1 ? [HeldUp] : load);
        Assert.Equal(2, counts[^1]);
        Assert.Equal(1, counts.Count(count => count == 1));
    }

    [Fact]
    public void Beside_callers_who_take_the_cores_one_more_comes_where_they_leave_a_part_of_one()
    {
        _count = Most(2);
        Assert.Equal(1, Run(2, seconds: 10, count => 1)[^1]);
        _idle = 0.4;
        Assert.Contains(2, Run(1, seconds: 1, count => 1));
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
            var loads = Enumerable.Repeat(Crowded, count).ToArray();
            _received += (long)(1_000_000 * received(count, since));
            var next = Look(loadsOf?.Invoke(loads) ?? loads);
            (since, count) = (next == count ? since + 1 : 1, next);
            counts[i] = count;
        }
        return counts;
    }
}
