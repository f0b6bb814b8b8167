using System.Diagnostics;

namespace Appliance.Features.Store;

/// <summary>The system's clock. Thread-safe.</summary>
internal sealed class ThreadClock : IThreadClock
{
    public TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public bool Wait(ManualResetEventSlim until, TimeSpan atMost) => until.Wait(atMost);
}
