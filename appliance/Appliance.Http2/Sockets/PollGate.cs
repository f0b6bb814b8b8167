using System.Diagnostics;

namespace Appliance.Http2.Sockets;

/// <summary>
/// Whether there is a core for a loop that would poll, look by look: it takes what nobody wants. Closed at first, and where nobody has looked for a while. Not
/// thread-safe: its group's lock guards it.
/// </summary>
/// <param name="idleCores">Cores that nobody used since it was last asked.</param>
internal sealed class PollGate(Func<double> idleCores)
{
    /// <summary>Cores that must be idle beside a loop that polls. 0.2: a caller in a circle leaves half of the other of two.</summary>
    private const double Beside = 0.2;

    /// <summary>The same beside what polling would take, for it to begin. 0.1: waking takes some of what is idle as long as loop and caller sleep.</summary>
    private const double BesideAtFirst = 0.1;

    /// <summary>Without a look for so long, what was before is forgotten. Half a second: ten looks.</summary>
    internal static readonly long Pause = Stopwatch.Frequency / 2;

    /// <summary>How long it stands that polling took what others wanted, at first: 2 s, doubled up to 64 s.</summary>
    internal static readonly long Standing = 2 * Stopwatch.Frequency;
    internal const int Doublings = 5;

    // Cores that are idle count as two at most: the mean of more would take longer to fall.
    private const double Enough = 2;

    // Weight of the newest look. 0.25: the system counts hundredths of a second, of which a look has five.
    private const double Newest = 0.25;

    private readonly Finding _tookOthers = new(Standing, Doublings);
    private double _idle;
    private long _lookedAt = long.MinValue / 2;
    private bool _isOpen;

    /// <summary>Returns whether the loop may poll until the next look.</summary>
    /// <param name="cores">Share of the time in which the loop had a core without polling.</param>
    /// <param name="now">In ticks of <see cref="Stopwatch"/>.</param>
    public bool Look(double cores, long now)
    {
        var isFirst = now - _lookedAt > Pause;
        _lookedAt = now;
        var idle = Math.Min(Enough, idleCores());
        if (isFirst)
        {
            _idle = 0;
            return _isOpen = false;
        }
        _idle += Newest * (idle - _idle);
        // What polling would take is idle as long as it does not.
        if (!_isOpen) return _isOpen = _idle >= BesideAtFirst + 1 - cores && !_tookOthers.StandsAt(now);
        if (_idle >= Beside) return true;
        _tookOthers.Make(now);
        return _isOpen = false;
    }

    /// <summary>The loop does not want to poll now.</summary>
    public void Close() => _isOpen = false;
}
