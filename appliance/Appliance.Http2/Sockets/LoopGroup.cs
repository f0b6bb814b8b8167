using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Appliance.Http2.Sockets;

/// <summary>The loops that share the connections: as many as <see cref="LoopCount"/> says, looked at by the loops themselves. Thread-safe.</summary>
internal sealed class LoopGroup : IDisposable
{
    /// <summary>How often the loads are looked at: 50 ms, thousands of turns.</summary>
    public static readonly long Period = Stopwatch.Frequency / 20;

    // Connections that a loop may have more than another because of the core that they come in on. 4: a pool's; of hundreds it is nothing.
    internal const int MostAhead = 4;

    private readonly SocketLoop[] _loops;
    private readonly IncomingCores _cores = new();

    // Guards what follows and who is moved where.
    private readonly Lock _gate = new();
    private readonly LoopCount _count;
    private readonly PollGate? _polling;
    private readonly AwakeCores? _awake;
    private long _looked;
    private volatile int _active = 1;
    private volatile bool _mayPoll;

    /// <param name="most">Loops at most. All are there from the start and sleep until they are needed.</param>
    /// <param name="idleCores">Cores that nobody used since it was last asked; null as the system says.</param>
    /// <param name="polling">Whether a loop may poll; null for loops that do not.</param>
    /// <param name="awake">What keeps the cores awake, told of the loops' turns; null for nothing.</param>
    /// <param name="poll">What a loop begins with; null for one that has not waited yet.</param>
    public LoopGroup(int most, ILogger logger, Func<double>? idleCores = null, PollGate? polling = null, AwakeCores? awake = null, Func<BusyPoll>? poll = null)
    {
        _count = new LoopCount(most, idleCores ?? new IdleCores().Ask);
        _polling = polling;
        _awake = awake;
        _loops = [.. Enumerable.Range(0, most).Select(number => new SocketLoop(number, this, poll?.Invoke() ?? new BusyPoll(), logger))];
        foreach (var loop in _loops) loop.Start();
    }

    /// <summary>Loops that have connections now.</summary>
    public int Active => _active;

    /// <summary>Whether its only loop at work may poll, as the last look found.</summary>
    public bool MayPoll => _mayPoll;

    /// <summary>Whether its loops poll at all.</summary>
    internal bool CanPoll => _polling is not null;

    /// <summary>Whether its loops keep the cores awake.</summary>
    internal bool KeepsAwake => _awake is not null;

    /// <summary>Those and the ones that sleep.</summary>
    internal IReadOnlyList<SocketLoop> Loops => _loops;

    /// <summary>Where a new connection goes: by the core that its packets come in on, where they come in on several and it is not far ahead; to the loop with the fewest.</summary>
    /// <param name="core">As <see cref="IncomingCore"/> says.</param>
    public SocketLoop Choose(int core)
    {
        var active = _active;
        var fewest = _loops[0];
        for (var i = 1; i < active; i++)
        {
            if (_loops[i].Assigned < fewest.Assigned) fewest = _loops[i];
        }
        if (core == IncomingCore.Unknown || !_cores.AreSeveral(core % active)) return fewest;
        var wanted = _loops[core % active];
        return wanted.Assigned < fewest.Assigned + MostAhead ? wanted : fewest;
    }

    /// <summary>Looks at the loads, unless it is too early or somebody else is at it. Called by the loops.</summary>
    public void Look(long now)
    {
        if (now - Volatile.Read(ref _looked) < Period || !_gate.TryEnter()) return;
        try
        {
            _looked = now;
            Span<LoopLoad> loads = stackalloc LoopLoad[_active];
            for (var i = 0; i < loads.Length; i++) loads[i] = _loops[i].LoadAt(now);
            Follow(_count.Next(loads, _loops.Sum(l => l.Received), now), loads);
            _mayPoll = MayPollUntilNext(loads[0].Cores, now);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>A loop has had turns. Called by the loops.</summary>
    /// <param name="ticks">For so long.</param>
    public void NoteTurns(int turns, long ticks) => _awake?.Note(turns, ticks);

    public void Dispose()
    {
        // None is without its thread's epoll as long as another may give it connections.
        foreach (var loop in _loops) loop.Stop();
        foreach (var loop in _loops) loop.Dispose();
    }

    private bool MayPollUntilNext(double cores, long now)
    {
        if (_polling is null) return false;
        // Several loops have enough to do. The system is asked only where it matters.
        if (_active == 1 && _loops[0].WantsToPoll) return _polling.Look(cores, now);
        _polling.Close();
        return false;
    }

    private void Follow(int count, ReadOnlySpan<LoopLoad> loads)
    {
        var (busiest, idlest) = LoopCountPolicy.Extremes(loads);
        if (count > loads.Length)
        {
            var heir = loads.Length;
            _active = count;
            _loops[busiest].Give(_loops[heir], 0.5, core => core % count == heir);
        }
        else if (count < loads.Length)
        {
            _active = count;
        }
        // Not on the way to fewer: what is about to come together is not parted.
        else if (!_count.MayFall && LoopCountPolicy.ShareToGive(loads[busiest], loads[idlest]) is > 0 and var share)
        {
            _loops[busiest].Give(_loops[idlest], share, core => core % count == idlest);
        }
        // Also one that was chosen for a connection a moment before it went.
        for (var i = _active; i < _loops.Length; i++)
        {
            if (_loops[i].Count > 0) _loops[i].GiveAll(() => Choose(IncomingCore.Unknown));
        }
    }
}
