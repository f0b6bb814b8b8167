using Appliance.Inference.Lifecycle;
using Microsoft.Extensions.Hosting;

namespace Appliance.Inference.Batching;

/// <summary>Ends requests whose time is over while they wait, so that a caller hears of it promptly even while every instance is busy.</summary>
public sealed class QueueSweeper(ModelDirectory directory, TimeProvider time) : IHostedService, IDisposable
{
    // A tenth of the 100 ms that a request is promised: late enough to cost nothing, early enough to matter.
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(10);

    // While nobody waits with a deadline: at 10 ms an idle appliance took three times as much of a core as at 50 ms.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);

    private ITimer? _timer;
    private TimeSpan _period = Idle;
    private int _isSweeping;

    public Task StartAsync(CancellationToken cancellation)
    {
        // A timer's callback: what awaits ticks wakes two threads of the pool for each of them, and these look for more before they sleep.
        _timer = time.CreateTimer(static sweeper => ((QueueSweeper)sweeper!).Tick(), this, Idle, Idle);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellation)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>One sweep; true when an entry with a deadline was waiting somewhere.</summary>
    internal bool Sweep()
    {
        var anyTimed = false;
        foreach (var slot in directory.Unordered)
        {
            foreach (var model in slot.Ready) anyTimed |= model.Batcher.ExpireOverdue();
            foreach (var model in slot.Draining) anyTimed |= model.Batcher.ExpireOverdue();
        }
        return anyTimed;
    }

    private void Tick()
    {
        // One that takes longer than a period: the next comes too early.
        if (Interlocked.Exchange(ref _isSweeping, 1) != 0) return;
        var period = Sweep() ? Busy : Idle;
        // Setting it, even to what it is, wakes the timer's thread. Of no effect once it is disposed of.
        if (period != _period) _timer!.Change(period, period);
        _period = period;
        Volatile.Write(ref _isSweeping, 0);
    }
}
