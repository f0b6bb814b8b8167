// Hot path: wraps the wait for a batch.
using System.Runtime.CompilerServices;
using Appliance.Inference;
using Appliance.Inference.Batching;

namespace Appliance.Scoring;

/// <summary>Submits a request so that it leaves the queue when its caller hangs up.</summary>
public static class PipelineCancellation
{
    /// <summary>As <see cref="ScoringPipeline.SubmitAsync"/>; a request still queued at the cancellation ends as cancelled.</summary>
    public static ValueTask<ScoreStatus> SubmitAsync(this ScoringPipeline pipeline, BatchEntry entry, CancellationToken cancellation)
    {
        var submitted = pipeline.SubmitAsync(entry);
        return submitted.IsCompleted || !cancellation.CanBeCanceled ? submitted : AwaitAsync(submitted, entry, cancellation);
    }

    /// <summary>Awaits what was submitted; while it is queued, <paramref name="cancellation"/> ends it.</summary>
    // The registration ends before this does: the entry may be another request's as soon as the caller returns it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<ScoreStatus> AwaitAsync(ValueTask<ScoreStatus> submitted, BatchEntry entry, CancellationToken cancellation)
    {
        using var registration = cancellation.UnsafeRegister(Cancel, entry);
        return await submitted;
    }

    private static void Cancel(object? state)
    {
        var entry = (BatchEntry)state!;
        entry.Model!.Batcher.TryCancel(entry);
    }
}
