using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Appliance.LoadGen.Pacing;

/// <summary>
/// The monotonic clock with waits by the kernel's high-resolution timer. Sleeping, not spinning: a spinning generator would take a core from
/// the server that it measures. Used by the thread that made it.
/// </summary>
internal sealed partial class SystemPacer : IPacer
{
    /// <summary>linux/prctl.h. The default slack of 50 µs would be added to every intended send time.</summary>
    private const int SetTimerSlack = 29;

    /// <summary>Shorter than a sleep's own entry and exit on the machines measured.</summary>
    private const long SpinBelow = 2_000;

    public SystemPacer()
    {
        if (Stopwatch.Frequency != 1_000_000_000)
        {
            throw new PlatformNotSupportedException($"The monotonic clock ticks {Stopwatch.Frequency} times a second; it must be 1000000000.");
        }
        _ = SetProcessControl(SetTimerSlack, 1, 0, 0, 0);
    }

    public long Now => Stopwatch.GetTimestamp();

    public void WaitUntil(long nanoseconds)
    {
        for (var left = nanoseconds - Now; left > 0; left = nanoseconds - Now)
        {
            if (left > SpinBelow)
            {
                var time = new TimeSpec { Seconds = left / 1_000_000_000, Nanoseconds = left % 1_000_000_000 };
                _ = NanoSleep(ref time, 0);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int SetProcessControl(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(ref TimeSpec time, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
