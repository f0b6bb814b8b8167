using System.Diagnostics;
using Appliance.Http2.Sockets;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class AwakeCoresTests : IDisposable
{
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly AwakeCores _cores;
    private bool _canBe = true;
    private int _asked, _kept;

    public AwakeCoresTests() => _cores = new AwakeCores(Keep, _time);

    [Theory]
    [InlineData(9, 50, 0)]
    [InlineData(10, 50, 1)]
    [InlineData(199, 1000, 0)]
    [InlineData(200, 1000, 1)]
    public void They_are_kept_awake_from_200_turns_a_second_on(int turns, int milliseconds, int kept)
    {
        _cores.Note(turns, milliseconds * Stopwatch.Frequency / 1000);
        Assert.Equal(kept, _kept);
    }

    [Fact]
    public void They_are_kept_awake_once_for_all_loops_and_as_long_as_the_loops_have_as_many_together()
    {
        Busy();
        Busy();
        for (var second = 0; second < 5; second++)
        {
            for (var loop = 0; loop < 2; loop++) _cores.Note(AwakeCores.GoesOn / 2, Stopwatch.Frequency);
            _time.Advance(AwakeCores.Period);
            Assert.Equal((1, 1), (_asked, _kept));
        }
        _time.Advance(AwakeCores.Period);
        Assert.Equal(0, _kept);
    }

    [Fact]
    public void They_may_sleep_once_fewer_came_for_a_period_and_nothing_looks_any_more()
    {
        Busy();
        _time.Advance(AwakeCores.Period - TimeSpan.FromTicks(1));
        _cores.Note(AwakeCores.GoesOn - 1, Stopwatch.Frequency);
        Assert.Equal((1, 1), (_kept, _time.ActiveTimers));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((0, 0), (_kept, _time.ActiveTimers));
        Busy();
        Assert.Equal((1, 2), (_kept, _asked));
        // What came before they were kept awake is not counted for the period that begins there.
        _time.Advance(AwakeCores.Period);
        Assert.Equal(0, _kept);
    }

    [Fact]
    public void Where_they_cannot_be_kept_awake_nobody_asks_again()
    {
        _canBe = false;
        Busy();
        Busy();
        _time.Advance(10 * AwakeCores.Period);
        Assert.Equal((1, 0, 0), (_asked, _kept, _time.ActiveTimers));
    }

    [Fact]
    public void Its_end_lets_them_sleep_for_good()
    {
        Busy();
        _cores.Dispose();
        Assert.Equal((0, 0), (_kept, _time.ActiveTimers));
        Busy();
        Assert.Equal((1, 0, 0), (_asked, _kept, _time.ActiveTimers));
    }

    [Fact]
    public async Task Loops_tell_of_their_turns()
    {
        await using var server = new LoopServer(LoopServer.EchoAsync, awake: _cores);
        using var peer = await server.ConnectAsync();
        using var limit = new CancellationTokenSource(LoopServer.Patience);
        while (Volatile.Read(ref _kept) == 0)
        {
            Assert.False(limit.IsCancellationRequested, "they are not kept awake");
            await peer.SendAllAsync("on"u8.ToArray());
            await peer.TakeAsync(2);
        }
    }

    public void Dispose() => _cores.Dispose();

    private void Busy() => _cores.Note(AwakeCores.Begins, Stopwatch.Frequency);

    private Kept? Keep()
    {
        _asked++;
        return _canBe ? new Kept(this) : null;
    }

    private sealed class Kept : IDisposable
    {
        private readonly AwakeCoresTests _test;

        public Kept(AwakeCoresTests test)
        {
            _test = test;
            Interlocked.Increment(ref _test._kept);
        }

        public void Dispose() => Interlocked.Decrement(ref _test._kept);
    }
}
