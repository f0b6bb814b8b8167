using Appliance.Inference.Lifecycle;
using Microsoft.Extensions.Hosting;

namespace Appliance.Inference.Batching;

/// <summary>Ends requests whose time is over while they wait, so that a caller hears of it promptly even while every instance is busy.</summary>
public sealed class QueueSweeper(ModelDirectory directory, TimeProvider time) : BackgroundService
{
    // A tenth of the 100 ms that a request is promised: late enough to cost nothing, early enough to matter.
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(10);

    // While nobody waits with a deadline: at 10 ms an idle appliance took three times as much of a core as at 50 ms.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private TimeSpan _period = Idle;
    private int _isSweeping;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // A timer's callback: what awaits ticks wakes two threads of the pool for each of them, and these look for more before they sleep.
        _timer = time.CreateTimer(static sweeper => ((QueueSweeper)sweeper!).Tick(), this, Idle, Idle);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await using var timer = _timer;
        // What fails a sweep is the host's to hear of.
        await _failed.Task.WaitAsync(stopping);
    }

    // The host may end before the above has begun.
    public override void Dispose()
    {
        _timer?.Dispose();
        base.Dispose();
    }

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
        try
        {
            var period = Sweep() ? Busy : Idle;
            // Setting it, even to what it is, wakes the timer's thread. Of no effect once it is disposed of.
            if (period != _period) _timer!.Change(period, period);
            _period = period;
        }
        catch (Exception e)
        {
            _failed.TrySetException(e);
        }
        finally
        {
            Volatile.Write(ref _isSweeping, 0);
        }
    }
}
