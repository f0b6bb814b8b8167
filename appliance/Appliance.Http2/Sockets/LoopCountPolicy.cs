namespace Appliance.Http2.Sockets;

/// <summary>
/// How many loops share the connections. One is best as long as it keeps up: it finds more to do each time it looks, in larger batches, and hardly sleeps,
/// while two wake and sleep for every few requests and take the core that the callers need (docs/decisions/0019-socket-loops.md). Pure.
/// </summary>
internal static class LoopCountPolicy
{
    /// <summary>Share of its time from which a loop does not keep up. 0.85: beyond it what waits grows fast.</summary>
    private const double Saturated = 0.85;

    /// <summary>
    /// Share of its time from which a loop with long turns needs another. 0.7: beside callers that wait for it, and have cores to wait on, one has been seen at
    /// 0.77, with twice the p99 of two.
    /// </summary>
    private const double Loaded = 0.7;

    /// <summary>µs of a turn from which another loop pays: 150, many times what waking it costs.</summary>
    private const double LongTurn = 150;

    /// <summary>
    /// Cores that nobody uses from which it does so beside callers who were found to need the others. 0.2: on two cores callers who wait for one loop leave 0.3
    /// of a core, and those who are busy themselves 0.01, beside whom two loops only take turns with them, and make smaller batches.
    /// </summary>
    private const double PartOfACore = 0.2;

    /// <summary>µs of a turn on a core from which another loop is needed whatever is free: a look's period, in which one call holds up all others.</summary>
    private const double HeldUp = 50_000;

    /// <summary>µs that the turns of all may add up to for one loop less: well under <see cref="LongTurn"/>, or it would come back at once.</summary>
    private const double ShortTurns = 100;

    /// <summary>Cores that nobody uses from which another loop costs nobody anything.</summary>
    private const double FreeCores = 0.5;

    /// <summary>Share of their time that the loops may be busy after one of them has gone. Where cores are free it is <see cref="Saturated"/>, or it would come back.</summary>
    private const double Fits = 0.9;

    /// <summary>Share of its time up to which a loop has room for another's connections. 0.3: with half of a saturated one's beside it, it still keeps up.</summary>
    private const double Idle = 0.3;

    /// <summary>The same for half of what the saturated one has more than it. 0.6: beside four equal connections, two make 0.5.</summary>
    private const double HasRoom = 0.6;

    /// <summary>Share of the time without waiting for sockets in which loops wait for cores when they may be too many. 0.3: two beside callers who leave cores have 0.1 to 0.25, beside those who do not 0.3 to 0.5.</summary>
    private const double InTheWay = 0.3;

    /// <summary>The loops that are busy most and least.</summary>
    public static (int Busiest, int Idlest) Extremes(ReadOnlySpan<LoopLoad> loads)
    {
        var (busiest, idlest) = (0, 0);
        for (var i = 1; i < loads.Length; i++)
        {
            if (loads[i].BusyShare > loads[busiest].BusyShare) busiest = i;
            if (loads[i].BusyShare < loads[idlest].BusyShare) idlest = i;
        }
        return (busiest, idlest);
    }

    /// <summary>
    /// Which share of its load a loop that does not keep up gives to one that has room: callers come and go, and what was shared once is not for good. 0 for
    /// nothing.
    /// </summary>
    public static double ShareToGive(LoopLoad busiest, LoopLoad idlest)
    {
        if (busiest.BusyShare < Saturated || idlest.BusyShare > HasRoom) return 0;
        return idlest.BusyShare <= Idle ? 0.5 : Math.Max(0, busiest.Bytes - idlest.Bytes) / (2.0 * Math.Max(1, busiest.Bytes));
    }

    /// <summary>Whether a loop does not keep up.</summary>
    public static bool IsSaturated(double busyShare) => busyShare >= Saturated;

    /// <summary>Whether a part of a core is free.</summary>
    public static bool IsPartFree(double idleCores) => idleCores >= PartOfACore;

    /// <summary>Whether loops wait for cores that somebody else has, often each other: fewer may do as much, in larger batches, or less.</summary>
    /// <param name="busy">Share of the time in which they did not wait for their sockets, of all together, in loops.</param>
    /// <param name="cores">What they had of cores.</param>
    public static bool AreInTheWay(double busy, double cores) => busy - cores >= InTheWay * busy;

    /// <summary>How many loops there should be, by one look at them.</summary>
    /// <param name="loads">Of the loops that there are.</param>
    /// <param name="most">As many as make sense: one a core.</param>
    /// <param name="isCrowded">One more was found to bring nothing, or may have been: it needs a free core.</param>
    /// <param name="idleCores">Cores that nobody used meanwhile; asked where it decides alone.</param>
    public static int Decide(ReadOnlySpan<LoopLoad> loads, int most, bool isCrowded, Func<double> idleCores)
    {
        var (busiest, longest, longestOnCore, busy, turns) = (0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var load in loads)
        {
            busiest = Math.Max(busiest, load.BusyShare);
            longest = Math.Max(longest, load.Turn);
            if (load.BusyShare > 0) longestOnCore = Math.Max(longestOnCore, load.Turn * Math.Min(1, load.Cores / load.BusyShare));
            busy += load.BusyShare;
            turns += load.Turn;
        }
        var isSaturated = busiest >= Saturated;
        if (loads.Length < most && busiest >= Loaded && (isCrowded ? longestOnCore >= HeldUp : longest >= LongTurn)) return loads.Length + 1;
        var free = isSaturated && longest >= LongTurn ? PartOfACore : FreeCores;
        var wouldBe = loads.Length > 1 && busy >= Saturated * (loads.Length - 1);
        if ((isSaturated || wouldBe) && idleCores() >= free) return isSaturated && loads.Length < most ? loads.Length + 1 : loads.Length;
        return loads.Length > 1 && busy <= Fits * (loads.Length - 1) && turns <= ShortTurns ? loads.Length - 1 : loads.Length;
    }
}
