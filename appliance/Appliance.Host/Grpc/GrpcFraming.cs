// Hot path: the prefix of a unary call's message.
using System.Buffers.Binary;
using System.IO.Compression;
using Appliance.Inference;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Grpc;

/// <summary>The length-prefixed message of gRPC: a flag for compression, four bytes of length, the message.</summary>
internal static class GrpcFraming
{
    public const int PrefixBytes = 5;

    public const string EndsEarly = "the request ends before its message does";

    /// <summary>Writes the prefix of an uncompressed message that fills the rest of the span.</summary>
    public static void WritePrefix(Span<byte> framed)
    {
        framed[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(framed[1..], framed.Length - PrefixBytes);
    }

    /// <summary>Whether a unary call's body can still become one message: what it announces, not what is yet to come.</summary>
    public static ScoreStatus CheckArriving(ReadOnlySpan<byte> body, int maxBytes, out string? error)
    {
        error = null;
        if (body.Length < PrefixBytes) return ScoreStatus.Ok;
        var length = BinaryPrimitives.ReadUInt32BigEndian(body[1..]);
        if (length > (uint)maxBytes)
        {
            error = TooLong(length, maxBytes);
            return ScoreStatus.TooLarge;
        }
        if (body.Length - PrefixBytes <= length) return ScoreStatus.Ok;
        error = "a unary call carries one message, got more";
        return ScoreStatus.InvalidArgument;
    }

    /// <summary>Finds the one message of a whole body, where it lies; a packed one is to be unpacked.</summary>
    public static ScoreStatus ReadSingle(
        ArraySegment<byte> body, int maxBytes, string? encoding, out ReadOnlyMemory<byte> message, out bool isPacked, out string? error)
    {
        message = default;
        isPacked = false;
        var span = body.AsSpan();
        if (span.Length < PrefixBytes || BinaryPrimitives.ReadUInt32BigEndian(span[1..]) > (uint)(span.Length - PrefixBytes))
        {
            error = EndsEarly;
            return ScoreStatus.InvalidArgument;
        }
        var status = CheckArriving(span, maxBytes, out error);
        if (status != ScoreStatus.Ok) return status;
        message = body.AsMemory(PrefixBytes);
        isPacked = span[0] != 0;
        error = isPacked ? CheckEncoding(encoding) : null;
        return error is null ? ScoreStatus.Ok : ScoreStatus.Unsupported;
    }

    public static string TooLong(uint length, int maxBytes) => $"the message has {length} bytes; at most {maxBytes} are taken";

    /// <summary>Why compressed messages of that encoding cannot be read; null when they can.</summary>
    public static string? CheckEncoding(string? encoding) =>
        encoding is "gzip" ? null : $"the message is compressed with '{encoding}'; identity and gzip are taken";

    /// <summary>Unpacks a gzip message into pooled memory, which is the caller's to return to <see cref="RequestMemory"/>; null unless Ok.</summary>
    public static ScoreStatus Unpack(ArraySegment<byte> packed, int maxBytes, out byte[]? unpacked, out int length, out string? error)
    {
        length = 0;
        var output = RequestMemory.Instance.Rent((int)Math.Min(maxBytes, packed.Count * 4L));
        unpacked = null;
        error = null;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed.Array!, packed.Offset, packed.Count), CompressionMode.Decompress);
            for (int read; (read = gzip.Read(output.AsSpan(length))) > 0;)
            {
                length += read;
                if (length > maxBytes)
                {
                    RequestMemory.Instance.Return(output);
                    length = 0;
                    error = $"the message unpacks to more than the {maxBytes} bytes that are taken";
                    return ScoreStatus.TooLarge;
                }
                if (length < output.Length) continue;
                var larger = RequestMemory.Instance.Rent((int)Math.Min(maxBytes + 1L, length * 2L));
                output.AsSpan(0, length).CopyTo(larger);
                RequestMemory.Instance.Return(output);
                output = larger;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            RequestMemory.Instance.Return(output);
            length = 0;
            error = "the message is marked as gzip and is not";
            return ScoreStatus.InvalidArgument;
        }
        unpacked = output;
        return ScoreStatus.Ok;
    }
}
