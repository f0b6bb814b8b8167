using System.Buffers;

namespace Appliance.Http2;

internal enum PrefaceOutcome : byte
{
    Incomplete,
    Taken,

    /// <summary>A request of HTTP/1.</summary>
    Http1,
    Refused,
}

/// <summary>The bytes that an HTTP/2 client begins with: RFC 9113, 3.4.</summary>
internal static class Preface
{
    private static ReadOnlySpan<byte> Expected => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>What a caller who speaks HTTP/1 is told, in its own terms.</summary>
    public static ReadOnlySpan<byte> Http1Refusal =>
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 61\r\nConnection: close\r\n\r\nThis port speaks HTTP/2 with prior knowledge (gRPC), not 1.1\n"u8;

    /// <summary>Takes the preface off <paramref name="rest"/>.</summary>
    public static PrefaceOutcome Take(ref ReadOnlySequence<byte> rest)
    {
        Span<byte> start = stackalloc byte[Expected.Length];
        var length = (int)Math.Min(rest.Length, start.Length);
        rest.Slice(0, length).CopyTo(start);
        start = start[..length];
        if (start.SequenceEqual(Expected[..length]))
        {
            if (length < Expected.Length) return PrefaceOutcome.Incomplete;
            rest = rest.Slice(length);
            return PrefaceOutcome.Taken;
        }
        // A method in capitals, a space and a target.
        var space = start.IndexOf((byte)' ');
        return space > 0 && !start[..space].ContainsAnyExceptInRange((byte)'A', (byte)'Z') ? PrefaceOutcome.Http1 : PrefaceOutcome.Refused;
    }
}
