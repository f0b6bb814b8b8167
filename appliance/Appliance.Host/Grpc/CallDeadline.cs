// Hot path: one conversion per call.
using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace Appliance.Host.Grpc;

/// <summary>A call's deadline on the clock that the batcher uses.</summary>
internal static class CallDeadline
{
    /// <summary>The deadline in timestamp units; <see cref="long.MaxValue"/> when the caller set none.</summary>
    public static long Of(ServerCallContext context, TimeProvider time) => ToTimestamp(context.Deadline, time);

    internal static long ToTimestamp(DateTime deadline, TimeProvider time)
    {
        if (deadline == DateTime.MaxValue) return long.MaxValue;
        return After(time.GetTimestamp(), (deadline - time.GetUtcNow().UtcDateTime).TotalSeconds, time.TimestampFrequency);
    }

    /// <summary>The deadline that a call's grpc-timeout header sets, counted from when it came; <see cref="long.MaxValue"/> without a well-formed one.</summary>
    public static long Of(StringValues timeout, long received, long frequency) =>
        timeout.Count != 0 && GrpcTimeout.TryParse(timeout.ToString(), out var seconds) ? After(received, seconds, frequency) : long.MaxValue;

    /// <summary>The same of the header as it was sent; empty without one.</summary>
    public static long Of(ReadOnlySpan<byte> timeout, long received, long frequency)
    {
        if (timeout.IsEmpty) return long.MaxValue;
        Span<char> text = stackalloc char[timeout.Length];
        System.Text.Encoding.Latin1.GetChars(timeout, text);
        return GrpcTimeout.TryParse(text, out var seconds) ? After(received, seconds, frequency) : long.MaxValue;
    }

    /// <summary>So many seconds after a timestamp; <see cref="long.MaxValue"/> for what lies beyond the clock.</summary>
    public static long After(long timestamp, double seconds, long frequency)
    {
        // The cast saturates; the sum is taken in whole units, as a double no longer tells timestamps apart.
        var left = (long)(seconds * frequency);
        return left >= long.MaxValue - timestamp ? long.MaxValue : timestamp + left;
    }
}
