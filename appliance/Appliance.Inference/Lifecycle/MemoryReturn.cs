namespace Appliance.Inference.Lifecycle;

/// <summary>
/// Has memory that loads and unloads leave behind given back to the system, a while after the first of them: swaps one behind the other then cost
/// one return, and what they need again at once stays. Thread-safe.
/// </summary>
internal sealed class MemoryReturn : IDisposable
{
    /// <summary>
    /// Time from an unload to the return. 10 s: it stops requests for 6 ms, or 20 where others want the cores, which must stay well below a hundredth
    /// of the time; and a swap leaves a third of a megabyte of managed garbage, so that of swaps every half second seven gather between two returns.
    /// </summary>
    public static readonly TimeSpan After = TimeSpan.FromSeconds(10);

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
