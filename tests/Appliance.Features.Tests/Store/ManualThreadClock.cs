using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

/// <summary>A clock for one thread that the test owns: a wait ends when the test lets it, or what is waited for comes. Thread-safe.</summary>
internal sealed class ManualThreadClock : IThreadClock, IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly AutoResetEvent _pass = new(false);
    private long _now;
    private long _waiting;

    public TimeSpan Now => TimeSpan.FromTicks(Volatile.Read(ref _now));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);

    public bool Wait(ManualResetEventSlim until, TimeSpan atMost)
    {
        Volatile.Write(ref _waiting, atMost.Ticks);
        var ended = WaitHandle.WaitAny([until.WaitHandle, _pass], Bound);
        Assert.NotEqual(WaitHandle.WaitTimeout, ended);
        if (ended == 1) Advance(atMost);
        return ended == 0;
    }

    /// <summary>Returns once the thread waits, with the time that it would wait.</summary>
    public TimeSpan UntilItWaits()
    {
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _waiting) > 0, Bound), "the thread does not wait");
        return TimeSpan.FromTicks(Interlocked.Exchange(ref _waiting, 0));
    }

    /// <summary>Lets the time pass that the thread waits for.</summary>
    public void Pass() => _pass.Set();

    public void Dispose() => _pass.Dispose();
}
