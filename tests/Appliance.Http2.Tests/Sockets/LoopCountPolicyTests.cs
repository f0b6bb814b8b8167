using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class LoopCountPolicyTests
{
    private const double NoneFree = 0, SomeFree = 2;

    [Theory]
    [InlineData(0.7, 150, NoneFree, 2)]
    [InlineData(0.69, 60_000, SomeFree, 1)]
    [InlineData(0.85, 10, 0.5, 2)]
    [InlineData(0.84, 149, SomeFree, 1)]
    [InlineData(1, 149, 0.49, 1)]
    public void One_more_comes_where_one_does_not_keep_up_and_its_turns_are_long_or_cores_are_free(double busy, double turn, double idle, int expected) =>
        Assert.Equal(expected, Decide([new(busy, turn)], idle));

    [Theory]
    [InlineData(0.85, 150, 0.2, 2)]
    [InlineData(0.84, 49_999, SomeFree, 1)]
    [InlineData(1, 49_999, 0.19, 1)]
    [InlineData(0.7, 50_000, NoneFree, 2)]
    [InlineData(0.69, 60_000, SomeFree, 1)]
    [InlineData(0.85, 10, 0.5, 2)]
    [InlineData(1, 149, 0.49, 1)]
    public void In_a_crowd_long_turns_need_a_part_of_a_core_unless_one_call_holds_the_loop(double busy, double turn, double idle, int expected) =>
        Assert.Equal(expected, LoopCountPolicy.Decide([new(busy, turn, Cores: busy)], 4, isCrowded: true, () => idle));

    [Fact]
    public void In_a_crowd_a_turn_is_as_long_as_it_had_a_core()
    {
        Assert.Equal(1, LoopCountPolicy.Decide([new(0.8, 80_000, Cores: 0.4)], 4, isCrowded: true, () => NoneFree));
        Assert.Equal(2, LoopCountPolicy.Decide([new(0.8, 110_000, Cores: 0.4)], 4, isCrowded: true, () => NoneFree));
    }

    [Fact]
    public void The_busiest_one_decides_and_any_long_turn() =>
        Assert.Equal([3, 3, 2], [Decide([new(0.2, 10), new(0.9, 200)], NoneFree), Decide([new(0.9, 10), new(0.2, 10)], SomeFree), Decide([new(0.9, 10), new(0.2, 140)], NoneFree)]);

    [Theory]
    [InlineData(0.4, 0.4, 50, NoneFree, 1)]
    [InlineData(0.45, 0.45, 50, NoneFree, 1)]
    [InlineData(0.46, 0.45, 50, NoneFree, 2)]
    [InlineData(0.2, 0.2, 51, NoneFree, 2)]
    [InlineData(0, 0, 0, SomeFree, 1)]
    public void One_less_does_where_the_rest_can_take_its_load_and_the_turns_stay_short(double one, double other, double turn, double idle, int expected) =>
        Assert.Equal(expected, Decide([new(one, turn), new(other, turn)], idle));

    [Fact]
    public void There_is_never_less_than_one_nor_more_than_make_sense()
    {
        Assert.Equal(1, Decide([default], SomeFree));
        Assert.Equal(4, Decide([new(1, 900), new(1, 900), new(1, 900), new(1, 900)], SomeFree));
        Assert.Equal(1, LoopCountPolicy.Decide([new(1, 900)], 1, isCrowded: false, () => SomeFree));
    }

    [Fact]
    public void The_idle_cores_are_asked_for_once_and_only_where_they_decide()
    {
        var asked = 0;
        double Ask()
        {
            asked++;
            return NoneFree;
        }
        LoopCountPolicy.Decide([new(0.5, 900)], 4, isCrowded: false, Ask);
        LoopCountPolicy.Decide([new(1, 900)], 4, isCrowded: false, Ask);
        LoopCountPolicy.Decide([new(0.3, 10), new(0.3, 10)], 4, isCrowded: false, Ask);
        Assert.Equal(0, asked);
        LoopCountPolicy.Decide([new(0.9, 10), new(0, 10)], 4, isCrowded: false, Ask);
        Assert.Equal(1, asked);
    }

    // The load is the same with one more: its parts only lie elsewhere, in turns as long or shorter, down to a part of what they were together.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void What_made_one_more_come_does_not_make_it_go(int count)
    {
        foreach (var idle in new[] { NoneFree, 0.19, 0.2, 0.49, 0.5, SomeFree })
        {
            for (var busy = 0; busy <= 100; busy++)
            {
                for (var rest = 0; rest <= 100; rest += 5)
                {
                    foreach (var turn in new[] { 5.0, 60, 149, 150, 400, 50_000 }) AssertStays(count, busy / 100.0, rest / 100.0, turn, idle);
                }
            }
        }
    }

    private static void AssertStays(int count, double busiest, double others, double turn, double idle)
    {
        LoopLoad[] loads = [new(busiest, turn), .. Enumerable.Repeat(new LoopLoad(others, turn), count - 1)];
        if (Decide(loads, idle, most: 9) != count + 1) return;
        // Parted evenly, and not at all: one connection may be the whole load.
        LoopLoad[] parted = [new(busiest / 2, turn / 2), .. loads[1..], new(busiest / 2, turn / 2)];
        LoopLoad[] whole = [.. loads, default];
        Assert.False(Decide(whole, idle, most: 9) < whole.Length, $"{count} loops, {busiest} and {others} busy, turns of {turn}, {idle} cores free: the new one goes again");
        if (count == 1) Assert.False(Decide(parted, idle, most: 9) < parted.Length, $"one loop, {busiest} busy, turns of {turn}, {idle} cores free: the new one goes again");
    }

    [Theory]
    [InlineData(1, 0.3, 0.5)]
    [InlineData(0.85, 0, 0.5)]
    [InlineData(0.84, 0, 0)]
    [InlineData(1, 0.31, 0.25)]
    [InlineData(1, 0.6, 0.25)]
    [InlineData(1, 0.61, 0)]
    public void A_loop_that_does_not_keep_up_gives_to_one_that_has_room(double busiest, double idlest, double share) =>
        Assert.Equal(share, LoopCountPolicy.ShareToGive(new(busiest, 900, 400), new(idlest, 10, 200)));

    [Theory]
    [InlineData(200, 200)]
    [InlineData(200, 300)]
    [InlineData(0, 0)]
    public void A_loop_with_no_more_bytes_than_another_that_is_not_idle_gives_nothing(long busiest, long idlest) =>
        Assert.Equal(0, LoopCountPolicy.ShareToGive(new(1, 900, busiest), new(0.5, 10, idlest)));

    [Theory]
    [InlineData(1.5, 1.04, true)]
    [InlineData(1.5, 1.06, false)]
    [InlineData(0.9, 0.94, false)]
    public void Loops_are_in_the_way_where_they_wait_for_cores(double busy, double cores, bool expected) =>
        Assert.Equal(expected, LoopCountPolicy.AreInTheWay(busy, cores));

    [Fact]
    public void The_busiest_and_the_idlest_loop_are_found() =>
        Assert.Equal((2, 1), LoopCountPolicy.Extremes([new(0.5, 10), new(0.1, 10), new(0.9, 10)]));

    private static int Decide(LoopLoad[] loads, double idle, int most = 4) => LoopCountPolicy.Decide(loads, most, isCrowded: false, () => idle);
}
