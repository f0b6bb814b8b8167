// Hot path: one conversion per call.
using Grpc.Core;

namespace Appliance.Host.Grpc;

/// <summary>A call's deadline on the clock that the batcher uses.</summary>
internal static class CallDeadline
{
    /// <summary>The deadline in timestamp units; <see cref="long.MaxValue"/> when the caller set none.</summary>
    public static long Of(ServerCallContext context, TimeProvider time) => ToTimestamp(context.Deadline, time);

    internal static long ToTimestamp(DateTime deadline, TimeProvider time)
    {
        if (deadline == DateTime.MaxValue) return long.MaxValue;
        var now = time.GetTimestamp();
        // The cast saturates; the sum is taken in whole units, as a double no longer tells timestamps apart.
        var left = (long)((deadline - time.GetUtcNow().UtcDateTime).TotalSeconds * time.TimestampFrequency);
        return left >= long.MaxValue - now ? long.MaxValue : now + left;
    }
}
