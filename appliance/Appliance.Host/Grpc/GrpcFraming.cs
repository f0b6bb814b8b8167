// Hot path: the prefix of a unary call's message.
using System.Buffers.Binary;
using Appliance.Host.Codings;
using Appliance.Host.Rest;
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
        return error is null ? ScoreStatus.Ok : ScoreStatus.UnknownCoding;
    }

    public static string TooLong(uint length, int maxBytes) => $"the message has {length} bytes; at most {maxBytes} are taken";

    /// <summary>Why compressed messages of that encoding cannot be read; null when they can.</summary>
    public static string? CheckEncoding(string? encoding) =>
        IsPacked(encoding, out _) ? null : $"the message is compressed with '{encoding}'; {ContentCodings.TakenByGrpc} are taken";

    /// <summary>Unpacks a message into pooled memory, which is the caller's to return to <see cref="RequestMemory"/>; null unless Ok.</summary>
    /// <param name="encoding">One that <see cref="CheckEncoding"/> has nothing against.</param>
    public static ScoreStatus Unpack(ArraySegment<byte> packed, string? encoding, int maxBytes, out byte[]? unpacked, out int length, out string? error)
    {
        IsPacked(encoding, out var coding);
        return Packing.Unpack(packed, coding, maxBytes, "message", out unpacked, out length, out error);
    }

    /// <summary>What a call is told beside a refusal of its encoding: those that are taken.</summary>
    public static KeyValuePair<string, string>[] TrailersOf(ScoreStatus status) =>
        status == ScoreStatus.UnknownCoding ? [new("grpc-accept-encoding", ContentCodings.TakenByGrpc)] : [];

    /// <summary>The coding of a call's answers: that of its requests, where its caller takes it.</summary>
    /// <param name="accepted">The header grpc-accept-encoding; empty without one.</param>
    public static ContentCoding ReplyCoding(string? encoding, ReadOnlySpan<byte> accepted) =>
        IsPacked(encoding, out var coding) && (accepted.IsEmpty || ContentCodings.Lists(accepted, coding)) ? coding : ContentCoding.Identity;

    /// <summary>Packs a framed message, frame included, into pooled memory. False: it would not become smaller, and nothing was kept.</summary>
    public static bool TryPack(ReadOnlySpan<byte> framed, ContentCoding coding, PooledBuffer target)
    {
        target.GetSpan(PrefixBytes);
        target.Advance(PrefixBytes);
        Packing.Pack(framed[PrefixBytes..], coding, target);
        if (target.Length >= framed.Length)
        {
            target.Clear();
            return false;
        }
        WritePrefix(target.Filled);
        target.Filled[0] = 1;
        return true;
    }

    private static bool IsPacked(string? encoding, out ContentCoding coding) =>
        ContentCodings.TryParse(encoding, out coding) && coding != ContentCoding.Identity;
}
