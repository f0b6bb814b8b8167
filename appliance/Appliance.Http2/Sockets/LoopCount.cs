namespace Appliance.Http2.Sockets;

/// <summary>
/// How many loops share the connections, look by look. What <see cref="LoopCountPolicy"/> says of one look is followed at once where it is one more, and after
/// half a second where it is one less. Where loops wait for cores instead of sockets, one less is tried, and taken back where less is received then.
/// Not thread-safe.
/// </summary>
/// <param name="most">Loops at most.</param>
/// <param name="idleCores">Cores that nobody used since it was last asked.</param>
internal sealed class LoopCount(int most, Func<double> idleCores)
{
    // How often in a row fewer loops must do before one goes. 10 looks: half a second, so that a pause of the callers changes nothing.
    internal const int FewerInARow = 10;

    // Looks of a trial that are left out: what is received lately is faded by half at each.
    internal const int Settling = 4;

    // Looks that are compared with as many before the trial.
    internal const int Compared = 10;

    // Looks without another trial where one was taken back. 600: half a minute, of which a trial takes a fiftieth.
    internal const int Rest = 600;

    // What must be received with one less, of what was before. 0.95: as much, as far as half a second tells.
    private const double AsMuch = 0.95;

    // Weight of the newest look in the idle cores. 0.25: the system counts hundredths of a second, of which a look has five.
    private const double Newest = 0.25;

    private int _look;
    private int _idleAt;
    private double _idle;

    private int _fewer;
    private int _rest;

    // Sums over the looks of now, of which there are _summed.
    private int _summed;
    private double _busiest;
    private double _busy;
    private double _cores;
    private double _bytes;

    // What was received a look before the trial that runs; 0 without one.
    private double _before;

    /// <summary>Whether the last look said that one less would do.</summary>
    public bool MayFall => _fewer > 0;

    /// <summary>Returns how many there should be from now on, where there are as many as <paramref name="loads"/>.</summary>
    public int Next(ReadOnlySpan<LoopLoad> loads)
    {
        _look++;
        if (_rest > 0) _rest--;
        var wanted = LoopCountPolicy.Decide(loads, most, IdleCores);
        _fewer = wanted < loads.Length ? _fewer + 1 : 0;
        if (wanted > loads.Length || _fewer == FewerInARow)
        {
            EndTrial();
            _fewer = 0;
            return wanted;
        }
        return _before > 0 ? loads.Length + Judge(loads) : loads.Length - Try(loads);
    }

    // 1 where one less is tried from now on.
    private int Try(ReadOnlySpan<LoopLoad> loads)
    {
        if (loads.Length == 1 || _rest > 0) return 0;
        Add(loads);
        if (_summed < Compared) return 0;
        var before = LoopCountPolicy.AreInTheWay(_busiest / Compared, _busy, _cores) ? _bytes / Compared : 0;
        EndTrial();
        _before = before;
        return before > 0 ? 1 : 0;
    }

    // 1 where the trial is taken back.
    private int Judge(ReadOnlySpan<LoopLoad> loads)
    {
        Add(loads);
        if (_summed == Settling) _bytes = 0;
        if (_summed < Settling + Compared) return 0;
        var isLess = _bytes / Compared < AsMuch * _before;
        EndTrial();
        if (!isLess || loads.Length == most) return 0;
        _rest = Rest;
        return 1;
    }

    private void EndTrial() => (_before, _summed, _busiest, _busy, _cores, _bytes) = (0, 0, 0, 0, 0, 0);

    private void Add(ReadOnlySpan<LoopLoad> loads)
    {
        _summed++;
        var busiest = 0.0;
        foreach (var load in loads)
        {
            busiest = Math.Max(busiest, load.BusyShare);
            _busy += load.BusyShare;
            _cores += load.Cores;
            _bytes += load.Bytes;
        }
        _busiest += busiest;
    }

    // What they were long ago says nothing of now.
    private double IdleCores()
    {
        var idle = idleCores();
        _idle = _look - _idleAt > FewerInARow ? 0 : _idle + (Newest * (idle - _idle));
        _idleAt = _look;
        return _idle;
    }
}
