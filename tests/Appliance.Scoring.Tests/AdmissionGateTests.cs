namespace Appliance.Scoring.Tests;

public sealed class AdmissionGateTests
{
    [Fact]
    public void As_many_enter_as_the_limit_says_and_a_place_that_is_left_is_free_again()
    {
        var gate = new AdmissionGate(2);
        Assert.True(gate.TryEnter());
        Assert.True(gate.TryEnter());
        Assert.False(gate.TryEnter());
        Assert.Equal((2, 1L), (gate.Inside, gate.Refused));
        gate.Leave();
        Assert.True(gate.TryEnter());
        Assert.Equal((2, 1L), (gate.Inside, gate.Refused));
    }

    [Theory]
    // 16 places, an eighth of which is 2.
    [InlineData(16, 14, 14, true)]
    [InlineData(16, 15, 14, false)]
    [InlineData(16, 15, 3, false)]
    [InlineData(16, 15, 2, true)]
    [InlineData(16, 16, 2, true)]
    [InlineData(16, 16, 16, false)]
    // Of fewer than 16 places it is one.
    [InlineData(15, 15, 2, false)]
    [InlineData(15, 15, 1, true)]
    [InlineData(8, 7, 7, true)]
    [InlineData(8, 8, 7, false)]
    [InlineData(4, 4, 3, false)]
    [InlineData(4, 4, 1, true)]
    // Fewer than four are not shared out.
    [InlineData(3, 3, 3, true)]
    [InlineData(1, 1, 1, true)]
    public void The_last_places_are_for_models_that_hold_few(int limit, int inside, int held, bool may)
    {
        var gate = new AdmissionGate(limit);
        for (var i = 0; i < inside; i++) Assert.True(gate.TryEnter());
        Assert.Equal(may, gate.MayHold(held));
    }

    [Fact]
    public void Never_more_than_the_limit_are_inside_however_they_race()
    {
        var gate = new AdmissionGate(3);
        var (inside, most) = (0, 0);
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (!gate.TryEnter()) continue;
                var now = Interlocked.Increment(ref inside);
                for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, now, seen);
                Interlocked.Decrement(ref inside);
                gate.Leave();
            }
        });
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, gate.Inside);
    }
}
