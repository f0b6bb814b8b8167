namespace Appliance.Http2.Sockets;

/// <summary>
/// How many loops share the connections, look by look. What <see cref="LoopCountPolicy"/> says of one look is followed at once where it is one more, and after
/// half a second where it is one less. Where the cores are all taken neither tells what is best: another number is tried then, and taken back unless what is
/// received speaks for it. Not thread-safe.
/// </summary>
/// <param name="most">Loops at most.</param>
/// <param name="idleCores">Cores that nobody used since it was last asked.</param>
internal sealed class LoopCount(int most, Func<double> idleCores)
{
    // How often in a row fewer loops must do before one goes. 10 looks: half a second, so that a pause of the callers changes nothing.
    internal const int FewerInARow = 10;

    // Looks after a change that are left out: connections move.
    internal const int Settling = 3;

    // Looks that are compared with as many before.
    internal const int Compared = 10;

    // Looks in which a loop has not kept up before one more is tried. 100: five seconds, for a load that lasts.
    internal const int Lasting = 100;

    // Looks without a trial behind one that was taken back, doubled with each in a row, this often at most. 600: half a minute; eight minutes at the end.
    internal const int Rest = 600;
    internal const int Doublings = 4;

    // Of what was received before: as much, which speaks for fewer, and clearly more, which speaks for one more, as far as half a second tells.
    private const double AsMuch = 0.95, ClearlyMore = 1.05;

    // Of the loops, how many fewer are tried: a quarter. One of many would be missed by less than can be told.
    private const int Part = 4;

    // Weight of the newest look in the idle cores. 0.25: the system counts hundredths of a second, of which a look has five.
    private const double Newest = 0.25;

    private int _look;
    private int _idleAt = -FewerInARow;
    private double _idle;

    private int _fewer;
    private int _lasted;
    private int _rest;
    private int _failures;
    private bool _lastFailedWasFewer;

    // Of the looks that are summed now, or of the trial's.
    private int _looks;
    private long _since;
    private long _receivedBefore;
    private double _busiest;
    private double _longest;
    private double _busy;
    private double _cores;

    // How many there were before the trial that runs; 0 without one.
    private int _from;

    // What was received a second, at best since the first of the trials that were kept in a row.
    private double _best;

    /// <summary>Whether the last look said that one less would do.</summary>
    public bool MayFall => _fewer > 0;

    /// <summary>Returns how many there should be from now on, where there are as many as <paramref name="loads"/>.</summary>
    /// <param name="received">Bytes that all have received since the start.</param>
    /// <param name="now">In ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    public int Next(ReadOnlySpan<LoopLoad> loads, long received, long now)
    {
        _look++;
        if (_rest > 0) _rest--;
        var wanted = LoopCountPolicy.Decide(loads, most, IdleCores);
        _fewer = wanted < loads.Length ? _fewer + 1 : 0;
        if (wanted > loads.Length || _fewer == FewerInARow)
        {
            // What was tried is wanted back at once, and would be each time.
            if (wanted > loads.Length && loads.Length < _from) Fail();
            (_fewer, _from, _looks, _best) = (0, 0, 0, 0);
            return wanted;
        }
        return _from > 0 ? Judge(loads.Length, received, now) : Try(loads, received, now);
    }

    private int Try(ReadOnlySpan<LoopLoad> loads, long received, long now)
    {
        if (_looks++ == 0) Begin(received, now);
        Add(loads);
        if (_looks <= Compared) return loads.Length;
        _looks = 0;
        var isSaturated = LoopCountPolicy.IsSaturated(_busiest / (Compared + 1));
        _lasted = isSaturated ? _lasted + Compared + 1 : 0;
        if (!isSaturated) _best = 0;
        // Where cores are idle it is not the number that keeps them so, or it is changed without a trial.
        if (!isSaturated || _rest > 0 || LoopCountPolicy.IsPartFree(_idle)) return loads.Length;
        var mayFall = loads.Length > 1 && LoopCountPolicy.AreInTheWay(_busy, _cores);
        var mayRise = loads.Length < most && _lasted >= Lasting && LoopCountPolicy.IsLong(_longest / (Compared + 1));
        if (!mayFall && !mayRise) return loads.Length;
        _from = loads.Length;
        // Compared with the best: a little less each time would be much less in the end.
        _best = Math.Max(_best, Rate(received, now));
        return mayFall && !(mayRise && _lastFailedWasFewer) ? _from - Math.Max(1, _from / Part) : _from + 1;
    }

    private int Judge(int count, long received, long now)
    {
        if (++_looks == Settling) Begin(received, now);
        if (_looks < Settling + Compared) return count;
        var rate = Rate(received, now);
        var isBetter = rate >= _best * (count < _from ? AsMuch : ClearlyMore);
        var from = _from;
        (_from, _looks) = (0, 0);
        if (isBetter)
        {
            _failures = 0;
            return count;
        }
        _lastFailedWasFewer = count < from;
        Fail();
        return from;
    }

    private void Fail()
    {
        _rest = Rest << _failures;
        _failures = Math.Min(_failures + 1, Doublings);
        _best = 0;
    }

    private void Begin(long received, long now)
    {
        (_receivedBefore, _since) = (received, now);
        (_busiest, _longest, _busy, _cores) = (0, 0, 0, 0);
    }

    private double Rate(long received, long now) => (double)(received - _receivedBefore) / Math.Max(1, now - _since);

    private void Add(ReadOnlySpan<LoopLoad> loads)
    {
        var (busiest, longest) = (0.0, 0.0);
        foreach (var load in loads)
        {
            busiest = Math.Max(busiest, load.BusyShare);
            longest = Math.Max(longest, load.Turn);
            _busy += load.BusyShare;
            _cores += load.Cores;
        }
        _busiest += busiest;
        _longest += longest;
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
