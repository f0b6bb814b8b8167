using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Appliance.Http2.Sockets;

/// <summary>Time that the calling thread has had on a core. clock_gettime(2).</summary>
internal static unsafe partial class ThreadTime
{
    private const int ThreadProcessorTime = 3;

    /// <summary>ns since some time; as if it always had one where the system does not say.</summary>
    public static long Now()
    {
        // struct timespec: seconds, and ns beside them.
        var time = stackalloc nint[2];
        return GetTime(ThreadProcessorTime, time) == 0 ? (time[0] * 1_000_000_000L) + time[1] : (long)Stopwatch.GetElapsedTime(0).TotalNanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, nint* time);
}
