namespace Appliance.Inference.Lifecycle;

/// <summary>
/// Has memory that loads and unloads leave behind given back to the system, a while after the first of them: swaps one behind the other then cost
/// one return, and what they need again at once stays. Thread-safe.
/// </summary>
internal sealed class MemoryReturn : IDisposable
{
    /// <summary>
    /// Time from an unload to the return. 5 s: a swap leaves a third of a megabyte of managed garbage, so that swaps every half second leave three
    /// between two returns, and a return stops requests for less than a hundredth of the time.
    /// </summary>
    public static readonly TimeSpan After = TimeSpan.FromSeconds(5);

    private readonly ITimer _timer;
    private int _isDue;

    public MemoryReturn(TimeProvider time, Action giveBack) => _timer = time.CreateTimer(
        _ =>
        {
            // What is unloaded from here on is for the next return.
            Volatile.Write(ref _isDue, 0);
            giveBack();
        },
        null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>A version was unloaded.</summary>
    public void NoteUnload()
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 0) _timer.Change(After, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
