using System.Text;

namespace Appliance.LoadGen.Http2;

/// <summary>
/// A unary gRPC request as bytes, ready but for its stream id. The first request on a connection spells its headers out and has the peer
/// remember them; every later one names them by index. Immutable.
/// </summary>
internal sealed class RequestTemplate
{
    /// <summary>RFC 7541: what an entry costs beyond its name and value.</summary>
    private const int EntryOverhead = 32;

    public const string KeyHeader = "x-api-key";

    private readonly byte[] _spelled;
    private readonly byte[] _indexed;
    private readonly ReadOnlyMemory<byte> _body;

    /// <param name="deadlineMilliseconds">What the peer is told of the caller's patience; 0 for nothing.</param>
    /// <param name="apiKey">Shown in a header that no table remembers; null for none.</param>
    public RequestTemplate(Uri url, string path, ReadOnlyMemory<byte> body, int deadlineMilliseconds = 0, string? apiKey = null)
    {
        _body = body;
        byte[] head = [0x83, 0x86];
        var timeout = deadlineMilliseconds > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{deadlineMilliseconds}m") : "";
        byte[] deadline = timeout.Length > 0 ? Literal(0, "grpc-timeout", timeout) : [];
        byte[] key = apiKey is null ? [] : [0x10, .. Plain(KeyHeader), .. Plain(apiKey)];
        _spelled = [.. head, .. Literal(4, "", path), .. Literal(1, "", url.Authority), .. Literal(31, "", "application/grpc"), .. Literal(0, "te", "trailers"), .. deadline, .. key];
        // The newest entry has index 62: te, content-type, authority, path; one more where there is a deadline.
        byte[] names = deadline.Length == 0 ? [0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62] : [0x80 | 66, 0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62];
        _indexed = [.. head, .. names, .. key];
        TableBytes = (timeout.Length > 0 ? EntryOverhead + "grpc-timeout".Length + timeout.Length : 0) + 4 * EntryOverhead + ":path".Length + path.Length + ":authority".Length + url.Authority.Length
            + "content-type".Length + "application/grpc".Length + "te".Length + "trailers".Length;
        MaxLength = FrameHeader.Size + _spelled.Length + (body.Length / Http2Limits.MaxFrame + 1) * FrameHeader.Size + body.Length;
    }

    public int BodyLength => _body.Length;

    /// <summary>The dynamic table that the peer must allow for later requests to name headers by index.</summary>
    public int TableBytes { get; }

    /// <summary>Room that one request takes at most when it is written in one go.</summary>
    public int MaxLength { get; }

    /// <summary>Writes the request's headers and returns their length.</summary>
    public int WriteHead(Span<byte> destination, int streamId, bool isFirst)
    {
        var block = isFirst ? _spelled : _indexed;
        new FrameHeader(block.Length, FrameType.Headers, FrameHeader.EndHeaders, streamId).Write(destination);
        block.CopyTo(destination[FrameHeader.Size..]);
        return FrameHeader.Size + block.Length;
    }

    /// <summary>Writes the body from the offset on as far as the window goes, moves both, and returns the length written; true once the stream has ended.</summary>
    public bool WriteBody(Span<byte> destination, int streamId, ref int offset, ref long window, out int written)
    {
        written = 0;
        do
        {
            var rest = _body.Span[offset..];
            var part = rest[..(int)Math.Min(Math.Min(rest.Length, window), Http2Limits.MaxFrame)];
            if (part.IsEmpty && !rest.IsEmpty)
            {
                return false;
            }
            var flags = part.Length == rest.Length ? FrameHeader.EndStream : (byte)0;
            new FrameHeader(part.Length, FrameType.Data, flags, streamId).Write(destination[written..]);
            part.CopyTo(destination[(written + FrameHeader.Size)..]);
            written += FrameHeader.Size + part.Length;
            offset += part.Length;
            window -= part.Length;
        }
        while (offset < _body.Length);
        return true;
    }

    /// <summary>A literal with incremental indexing; the name by index where the static table has it.</summary>
    private static byte[] Literal(int nameIndex, string name, string value) =>
        nameIndex > 0 ? [(byte)(0x40 | nameIndex), .. Plain(value)] : [0x40, .. Plain(name), .. Plain(value)];

    private static byte[] Plain(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return bytes.Length switch
        {
            < 127 => [(byte)bytes.Length, .. bytes],
            < 127 + 128 => [127, (byte)(bytes.Length - 127), .. bytes],
            _ => throw new ArgumentException($"A header value has {bytes.Length} bytes; it must have at most 254."),
        };
    }
}
