using System.Diagnostics;

namespace Appliance.Http2.Sockets;

/// <summary>
/// Keeps the cores awake while calls come (docs/decisions/0022-awake-cores.md): each call that finds one asleep waits until it is awake, and so does its
/// answer. Thread-safe.
/// </summary>
internal sealed class AwakeCores : IDisposable
{
    /// <summary>
    /// Turns a second of one loop, in one of its looks, from which on they are kept awake, and of all loops in a <see cref="Period"/> for them to stay so. 200: the lowest
    /// rate that was measured with and without. Half of it, so that a rate in between does not take and leave them again and again.
    /// </summary>
    internal const int Begins = 200, GoesOn = 100;

    /// <summary>With fewer turns in so long they may sleep again: a second, so that a pause between two bursts does not end it.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Func<IDisposable?> _keep;
    private readonly ITimer _timer;

    // Guards _kept, _isOver and whether the timer runs.
    private readonly Lock _gate = new();
    private IDisposable? _kept;
    private bool _isOver;

    private long _turns;

    /// <param name="keep">Keeps them awake until what it returns is disposed; null where that cannot be: then it is not asked again.</param>
    public AwakeCores(Func<IDisposable?> keep, TimeProvider time)
    {
        _keep = keep;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A loop has had turns.</summary>
    /// <param name="ticks">For so long, in ticks of <see cref="Stopwatch"/>.</param>
    public void Note(int turns, long ticks)
    {
        Interlocked.Add(ref _turns, turns);
        if (turns * Stopwatch.Frequency >= Begins * ticks) Keep();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            End();
        }
        _timer.Dispose();
    }

    private void Keep()
    {
        lock (_gate)
        {
            if (_isOver || _kept is not null) return;
            _kept = _keep();
            _isOver = _kept is null;
            Interlocked.Exchange(ref _turns, 0);
            if (!_isOver) _timer.Change(Period, Period);
        }
    }

    private void Look()
    {
        if (Interlocked.Exchange(ref _turns, 0) >= GoesOn * Period.TotalSeconds) return;
        lock (_gate)
        {
            if (!_isOver) End();
        }
    }

    private void End()
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _kept?.Dispose();
        _kept = null;
    }
}
