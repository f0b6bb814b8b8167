// Hot path: the frames of an answer.
using System.Text;
using Appliance.Http2.Calls;
using Appliance.Http2.Frames;
using Appliance.Http2.Hpack;
using Appliance.Http2.Streams;

namespace Appliance.Http2;

/// <summary>
/// Writes responses. The two fields that every answered gRPC call carries are put into the peer's HPACK table by the first answer and are
/// a byte each from then on; everything else goes as literals, which leave the table as it is. The output's gate is held in every method.
/// </summary>
internal sealed class ReplyWriter(ConnectionOutput output)
{
    /// <summary>The size of both sides' tables before anything is agreed: RFC 9113, 6.5.2.</summary>
    private const uint DefaultTableBytes = 4096;

    // Indexed field: :status 200.
    private const byte Status200 = 0x88;

    // A table size update to 0.
    private const byte EmptyTable = 0x20;

    // The newest entry of the table is 62. The content type is always the first to get in, the status the second.
    private const byte NewestEntry = 0x80 | 62, SecondNewestEntry = 0x80 | 63;

    // Literals with incremental indexing, the first with a name from the static table (31).
    private static readonly byte[] IndexingContentType = [0x40 | 31, 16, .. "application/grpc"u8];
    private static readonly byte[] IndexingStatus = [0x40, 11, .. "grpc-status"u8, 1, (byte)'0'];

    // Literals without indexing.
    private static readonly byte[] PlainContentType = [0x0F, 31 - 15, 16, .. "application/grpc"u8];
    private static readonly byte[] PlainStatus = [0x00, 11, .. "grpc-status"u8, 1, (byte)'0'];

    private bool _contentTypeIndexed;
    private bool _statusIndexed;
    private bool _mayIndex = true;
    private bool _owesTableUpdate;

    /// <summary>The peer says how large a table it keeps for us.</summary>
    public void TableSizeChanged(uint bytes)
    {
        if (bytes >= DefaultTableBytes) return;
        // The decoder waits for an update after its table became smaller: RFC 7541, 4.2. Emptied, it stays in step with us whatever its size.
        _owesTableUpdate = true;
        _mayIndex = _contentTypeIndexed = _statusIndexed = false;
    }

    /// <summary>A whole answer of status OK; the windows have been charged for its message.</summary>
    public void WriteAnswer(UnaryCall call, int messageBytes)
    {
        if (!_statusIndexed || call.AnswerEncoding is not null)
        {
            WriteHeaders(call);
            WriteData(call, messageBytes);
            WriteOkTrailers(call);
            return;
        }
        const int HeadersSize = FrameHeader.Size + 2, TrailersSize = FrameHeader.Size + 1;
        var span = output.Reserve(HeadersSize + FrameHeader.Size + messageBytes + TrailersSize);
        FrameHeader.Write(span, 2, FrameType.Headers, FrameFlags.EndHeaders, call.Id);
        span[FrameHeader.Size] = Status200;
        span[FrameHeader.Size + 1] = SecondNewestEntry;
        var data = span[HeadersSize..];
        FrameHeader.Write(data, messageBytes, FrameType.Data, FrameFlags.None, call.Id);
        call.WriteMessageTo(data.Slice(FrameHeader.Size, messageBytes));
        var trailers = data[(FrameHeader.Size + messageBytes)..];
        FrameHeader.Write(trailers, 1, FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, call.Id);
        trailers[FrameHeader.Size] = NewestEntry;
        output.Commit(span.Length);
    }

    /// <summary>The headers of an answer.</summary>
    public void WriteHeaders(UnaryCall call)
    {
        Span<byte> block = stackalloc byte[64];
        var at = Begin(block);
        block[at++] = Status200;
        if (_contentTypeIndexed) block[at++] = _statusIndexed ? SecondNewestEntry : NewestEntry;
        else
        {
            var field = _mayIndex ? IndexingContentType : PlainContentType;
            field.CopyTo(block[at..]);
            at += field.Length;
            _contentTypeIndexed = _mayIndex;
        }
        if (call.AnswerEncoding is { } encoding) at += WriteEncoding(block[at..], encoding);
        WriteFrame(call, block[..at], FrameFlags.EndHeaders);
    }

    /// <summary>The trailers of a call that went well.</summary>
    public void WriteOkTrailers(Http2Stream stream)
    {
        Span<byte> block = stackalloc byte[32];
        var at = Begin(block);
        if (_statusIndexed) block[at++] = NewestEntry;
        else
        {
            var field = _mayIndex ? IndexingStatus : PlainStatus;
            field.CopyTo(block[at..]);
            at += field.Length;
            _statusIndexed = _mayIndex;
        }
        WriteFrame(stream, block[..at], FrameFlags.EndHeaders | FrameFlags.EndStream);
    }

    /// <summary>A call that ends with a status and no message: everything in one block.</summary>
    public void WriteRefusal(Http2Stream stream, in UnaryRefusal refusal)
    {
        var headers = new HeaderBlock();
        headers.Status(200);
        headers.Add("content-type"u8, "application/grpc"u8);
        headers.Add("grpc-status", refusal.GrpcStatus.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(refusal.Message)) headers.Add("grpc-message", GrpcMessage.PercentEncode(refusal.Message));
        foreach (var (name, value) in refusal.Trailers ?? []) headers.Add(name, value);
        WriteBlock(stream.Id, headers, endStream: true);
    }

    /// <summary>A block of any length: HEADERS, and CONTINUATION where one frame is not enough.</summary>
    public void WriteBlock(int streamId, HeaderBlock headers, bool endStream)
    {
        Span<byte> start = stackalloc byte[1];
        var rest = headers.WithStart(start[..Begin(start)]);
        var type = FrameType.Headers;
        var flags = endStream ? FrameFlags.EndStream : FrameFlags.None;
        while (true)
        {
            var part = rest[..Math.Min(rest.Length, FrameHeader.MaxPayload)];
            rest = rest[part.Length..];
            if (rest.IsEmpty) flags |= FrameFlags.EndHeaders;
            var frame = output.Reserve(FrameHeader.Size + part.Length);
            FrameHeader.Write(frame, part.Length, type, flags, streamId);
            part.CopyTo(frame[FrameHeader.Size..]);
            output.Commit(frame.Length);
            if (rest.IsEmpty) return;
            (type, flags) = (FrameType.Continuation, FrameFlags.None);
        }
    }

    private static int WriteEncoding(Span<byte> block, string encoding)
    {
        Span<byte> value = stackalloc byte[16];
        return HpackEncoder.WriteLiteral(block, "grpc-encoding"u8, value[..Encoding.ASCII.GetBytes(encoding, value)]);
    }

    private void WriteData(UnaryCall call, int messageBytes)
    {
        var data = output.Reserve(FrameHeader.Size + messageBytes);
        FrameHeader.Write(data, messageBytes, FrameType.Data, FrameFlags.None, call.Id);
        call.WriteMessageTo(data[FrameHeader.Size..]);
        output.Commit(data.Length);
    }

    private void WriteFrame(Http2Stream stream, ReadOnlySpan<byte> block, byte flags)
    {
        var frame = output.Reserve(FrameHeader.Size + block.Length);
        FrameHeader.Write(frame, block.Length, FrameType.Headers, flags, stream.Id);
        block.CopyTo(frame[FrameHeader.Size..]);
        output.Commit(frame.Length);
    }

    private int Begin(Span<byte> block)
    {
        if (!_owesTableUpdate) return 0;
        _owesTableUpdate = false;
        block[0] = EmptyTable;
        return 1;
    }
}
