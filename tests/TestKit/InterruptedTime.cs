using Microsoft.Extensions.Time.Testing;

namespace TestKit;

/// <summary>
/// A fake time that runs an action inside a look at the clock: a way to put something between two steps of code that reads it.
/// The action runs once, on the thread that looks.
/// </summary>
public sealed class InterruptedTime : FakeTimeProvider
{
    private Action? _action;
    private int _looksBefore;

    /// <summary>Runs <paramref name="action"/> when the timestamp is read, after this many more reads.</summary>
    public void OnTimestamp(Action action, int after = 0)
    {
        Volatile.Write(ref _looksBefore, after);
        Volatile.Write(ref _action, action);
    }

    public override long GetTimestamp()
    {
        if (Volatile.Read(ref _action) is not null && Interlocked.Decrement(ref _looksBefore) < 0) Interlocked.Exchange(ref _action, null)?.Invoke();
        return base.GetTimestamp();
    }
}
