// Hot path: asked and told once a turn of a loop.
using System.Diagnostics;

namespace Appliance.Http2.Sockets;

/// <summary>
/// Whether a loop that has done everything looks again and again for a moment before it sleeps (docs/decisions/0021-busy-polling.md). Where what comes next comes
/// within that moment, sleeping costs more than it saves: the core sleeps, too, and who sends has to wake it. Not thread-safe.
/// </summary>
internal sealed class BusyPoll
{
    /// <summary>How long it looks: 50 µs. A caller on the same machine takes 15 to 45 µs to its next call.</summary>
    internal static readonly long Moment = Stopwatch.Frequency / 20_000;

    /// <summary>
    /// What comes to a sleeping loop within this would mostly have come within <see cref="Moment"/> to one that is awake. 150 µs: of a caller beside it 50 to 90, on a
    /// machine whose host had other work up to 120, which is his way to the next call and the waking of both cores.
    /// </summary>
    internal static readonly long Soon = 3 * Moment;

    /// <summary>How long it does not try again where it did not pay: 0.1 s, of which trying takes a few moments.</summary>
    internal static readonly long Pause = Stopwatch.Frequency / 10;

    /// <summary>
    /// Share of the waits that must have been short for it to begin, and to go on. 0.9 and 0.85: those of callers in a circle are, all but some hundredths; of random
    /// arrivals at 20,000 a second some 0.7 are, for whom it took half as much of a core again and won nothing.
    /// </summary>
    private const double Begins = 0.9, GoesOn = 0.85;

    // Weight of the newest wait. 1/64: it begins after 150 short ones in a row, and a pause of the machine does not end it.
    private const double Newest = 1.0 / 64;

    private double _short;
    private volatile bool _isOn;
    private long _pausesUntil = long.MinValue;

    /// <summary>Whether it is worth it. Any thread's.</summary>
    public bool IsOn => _isOn;

    /// <summary>The loop has slept.</summary>
    /// <param name="ticks">For so long, in ticks of <see cref="Stopwatch"/>.</param>
    public void Slept(long ticks, long now)
    {
        Note(ticks <= Soon);
        if (_short < GoesOn) _isOn = false;
        else if (_short >= Begins && now >= _pausesUntil) _isOn = true;
    }

    /// <summary>The loop has looked for a moment.</summary>
    /// <param name="found">Something came.</param>
    public void Looked(bool found, long now)
    {
        Note(found);
        if (_short >= GoesOn) return;
        _isOn = false;
        _short = 0;
        _pausesUntil = now + Pause;
    }

    private void Note(bool isShort) => _short += Newest * ((isShort ? 1 : 0) - _short);
}
