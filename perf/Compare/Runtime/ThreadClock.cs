using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Compare.Runtime;

/// <summary>Processor time of the calling thread: what the work costs, however often the thread had to give way.</summary>
internal static partial class ThreadClock
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID, time.h.</summary>
    private const int ThreadCpuTime = 3;

    public static long Nanoseconds
    {
        get
        {
            if (GetTime(ThreadCpuTime, out var time) != 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
            return time.Seconds * 1_000_000_000 + time.Nanoseconds;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
