using System.Runtime.InteropServices;

namespace Appliance.Inference.Batching.Scheduling;

/// <summary>A sleep to the nanosecond that another thread can end. One thread sleeps; any may wake it. Linux alone.</summary>
internal sealed partial class WakeableSleep : IDisposable
{
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const short PollIn = 1;
    private const int SetTimerSlack = 29;

    private readonly int _event;

    public WakeableSleep()
    {
        _event = EventFd(0, CloseOnExec | NonBlocking);
        if (_event < 0) throw new IOException($"eventfd failed with errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Has this thread's sleeps end when they are over: the kernel otherwise takes 50 µs of leeway to wake several at once.</summary>
    public static void SleepExactly() => _ = Prctl(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Sleeps for so long, or until somebody wakes this; at once if somebody did since the last sleep.</summary>
    public void Sleep(TimeSpan time)
    {
        var poll = new PollFd { Fd = _event, Events = PollIn };
        var ended = time == Timeout.InfiniteTimeSpan ? PollFor(ref poll, 1, 0, 0) : PollUntil(ref poll, time);
        // An interrupted sleep was shorter; whoever sleeps looks at the clock again anyway.
        if (ended > 0) _ = Read(_event, out _, sizeof(ulong));
    }

    public void Wake()
    {
        var one = 1ul;
        _ = Write(_event, ref one, sizeof(ulong));
    }

    public void Dispose() => _ = Close(_event);

    private static unsafe int PollUntil(ref PollFd poll, TimeSpan time)
    {
        var seconds = (long)time.TotalSeconds;
        var limit = new TimeSpec { Seconds = seconds, Nanoseconds = (time.Ticks - (seconds * TimeSpan.TicksPerSecond)) * 100 };
        return PollFor(ref poll, 1, (nint)(&limit), 0);
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int PollFor(ref PollFd descriptors, nuint count, nint limit, nint signals);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, out ulong value, nuint bytes);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, ref ulong value, nuint bytes);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint argument, nuint unused1, nuint unused2, nuint unused3);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
