using System.Diagnostics;

namespace Appliance.Http2.Sockets;

/// <summary>
/// How many loops share the connections, look by look. What <see cref="LoopCountPolicy"/> says of one look is followed at once where it is one more, and after
/// half a second where it is one less. Where loops wait for cores that are all taken it cannot tell: fewer are tried then, and are kept where as much is
/// received with them. Not thread-safe.
/// </summary>
/// <param name="most">Loops at most.</param>
/// <param name="idleCores">Cores that nobody used since it was last asked.</param>
internal sealed class LoopCount(int most, Func<double> idleCores)
{
    // How often in a row fewer loops must do before one goes. 10 looks: half a second, so that a pause of the callers changes nothing.
    internal const int FewerInARow = 10;

    // Looks of a trial that are left out: connections move.
    internal const int Settling = 3;

    // Looks of a trial that are compared with as many before it.
    internal const int Compared = 10;

    // How long what a trial found stands: half a minute, doubled each time that it is found again, this often at most: eight minutes.
    internal static readonly long Standing = 30 * Stopwatch.Frequency;
    internal const int Doublings = 4;

    // Without a look for so long all loops slept, and what was before is not compared. Half a second: ten looks.
    internal static readonly long Pause = Stopwatch.Frequency / 2;

    // Of what was received before: as much, as far as half a second tells.
    private const double AsMuch = 0.95;

    // Of the loops, how many fewer are tried: a quarter. One of many would be missed by less than can be told.
    private const int Part = 4;

    // Weight of the newest look in the idle cores. 0.25: the system counts hundredths of a second, of which a look has five.
    private const double Newest = 0.25;

    private int _look;
    private long _lookedAt;
    private int _idleAt = -FewerInARow;
    private double _idle;
    private int _fewer;

    // Until when it stands that fewer did, and that fewer did not.
    private readonly Finding _fewerDid = new(Standing, Doublings), _fewerFailed = new(Standing, Doublings);

    // Of the looks that are summed now, or of the trial's.
    private int _looks;
    private long _since;
    private long _receivedBefore;
    private double _busiest;
    private double _busy;
    private double _cores;

    // How many there were before the trial that runs; 0 without one.
    private int _from;

    // What was received a tick, at best since the first of the trials that were kept in a row: a little less each time would be much less in the end.
    private double _best;

    /// <summary>Whether the last look said that one less would do.</summary>
    public bool MayFall => _fewer > 0;

    /// <summary>Returns how many there should be from now on, where there are as many as <paramref name="loads"/>.</summary>
    /// <param name="received">Bytes that all have received since the start.</param>
    /// <param name="now">In ticks of <see cref="Stopwatch"/>.</param>
    public int Next(ReadOnlySpan<LoopLoad> loads, long received, long now)
    {
        _look++;
        var isFirst = now - _lookedAt > Pause;
        _lookedAt = now;
        if (isFirst)
        {
            var before = _from;
            (_fewer, _from, _looks, _best, _idleAt) = (0, 0, 0, 0, _look - FewerInARow);
            if (before > loads.Length) return before;
        }
        var isCrowded = _from > 0 || _fewerDid.StandsAt(now);
        var wanted = LoopCountPolicy.Decide(loads, most, isCrowded, IdleCores);
        _fewer = wanted < loads.Length ? _fewer + 1 : 0;
        if (wanted > loads.Length || _fewer == FewerInARow)
        {
            if (wanted > loads.Length && _from > 0)
            {
                // What was tried is wanted back at once, and would be each time.
                Fail(now);
                wanted = Math.Max(wanted, _from);
            }
            (_fewer, _from, _looks, _best) = (0, 0, 0, 0);
            return wanted;
        }
        return _from > 0 ? Judge(loads.Length, received, now) : Try(loads, received, now);
    }

    private int Try(ReadOnlySpan<LoopLoad> loads, long received, long now)
    {
        if (loads.Length == 1) return 1;
        if (_looks++ == 0) Begin(received, now);
        Add(loads);
        if (_looks <= Compared) return loads.Length;
        _looks = 0;
        if (!LoopCountPolicy.IsSaturated(_busiest / (Compared + 1))) _best = 0;
        // Where cores are idle it is not the loops that keep them so.
        else if (!_fewerFailed.StandsAt(now) && !LoopCountPolicy.IsPartFree(_idle) && LoopCountPolicy.AreInTheWay(_busy, _cores))
        {
            _from = loads.Length;
            _best = Math.Max(_best, Rate(received, now));
            return _from - Math.Max(1, _from / Part);
        }
        return loads.Length;
    }

    private int Judge(int count, long received, long now)
    {
        if (++_looks == Settling) Begin(received, now);
        if (_looks < Settling + Compared) return count;
        var from = _from;
        (_from, _looks) = (0, 0);
        if (Rate(received, now) < AsMuch * _best)
        {
            Fail(now);
            return from;
        }
        _fewerDid.Make(now);
        return count;
    }

    private void Fail(long now)
    {
        _best = 0;
        _fewerFailed.Make(now);
    }

    private void Begin(long received, long now)
    {
        (_receivedBefore, _since) = (received, now);
        (_busiest, _busy, _cores) = (0, 0, 0);
    }

    private double Rate(long received, long now) => (double)(received - _receivedBefore) / Math.Max(1, now - _since);

    private void Add(ReadOnlySpan<LoopLoad> loads)
    {
        var busiest = 0.0;
        foreach (var load in loads)
        {
            busiest = Math.Max(busiest, load.BusyShare);
            _busy += load.BusyShare;
            _cores += load.Cores;
        }
        _busiest += busiest;
        if (LoopCountPolicy.IsSaturated(busiest)) IdleCores();
    }

    // Asked once a look; what they were long ago says nothing of now.
    private double IdleCores()
    {
        if (_idleAt == _look) return _idle;
        var idle = idleCores();
        _idle = _look - _idleAt >= FewerInARow ? 0 : _idle + (Newest * (idle - _idle));
        _idleAt = _look;
        return _idle;
    }
}
