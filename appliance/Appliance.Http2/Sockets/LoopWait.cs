// Hot path: once a turn of a loop.
namespace Appliance.Http2.Sockets;

/// <summary>How a loop waits for its next events: by sleeping, or by looking for a moment first. Not thread-safe.</summary>
/// <param name="events">Waits for events, for ever or not at all, and returns how many there are.</param>
/// <param name="clock">In ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
internal sealed class LoopWait(Func<bool, int> events, BusyPoll poll, Func<long> clock)
{
    /// <summary>Whether it would look, if it may. Any thread's.</summary>
    public bool WantsToPoll => poll.IsOn;

    /// <summary>Ticks that it has looked for in all.</summary>
    public long Polled { get; private set; }

    /// <summary>Returns how many events there are.</summary>
    /// <param name="isDue">There is something to do whether there are any or not.</param>
    /// <param name="mayPoll">A core is free for it.</param>
    /// <param name="since">When the loop had done everything.</param>
    public int Next(bool isDue, bool mayPoll, long since)
    {
        if (isDue) return events(false);
        return mayPoll && poll.IsOn ? Look(since) : Sleep(since);
    }

    private int Look(long since)
    {
        var until = since + BusyPoll.Moment;
        int count;
        long now;
        do
        {
            count = events(false);
            now = clock();
        }
        while (count == 0 && now < until);
        Polled += now - since;
        // Found too late: somebody else had the core meanwhile, and there polling does not pay.
        poll.Looked(count > 0 && now <= until, now);
        return count > 0 ? count : events(true);
    }

    private int Sleep(long since)
    {
        var count = events(true);
        var now = clock();
        poll.Slept(now - since, now);
        return count;
    }
}
