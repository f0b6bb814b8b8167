using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Appliance.Http2;
using Appliance.Http2.Calls;
using Appliance.Http2.Frames;
using Appliance.Http2.Hpack;
using Microsoft.AspNetCore.Connections;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

/// <summary>
/// A caller on an HTTP/2 connection without a network, who writes his frames himself. What he sends is served on his own thread before
/// <see cref="Send"/> returns, as far as it can be. Not thread-safe.
/// </summary>
internal sealed class FrameCaller
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Pipe _toServer = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));

    // Whoever waits for an answer goes on on a thread of its own, not inside the server's.
    private readonly Pipe _toCaller = new(new PipeOptions(readerScheduler: PipeScheduler.ThreadPool, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));

    private readonly HpackDecoder _hpack = new();
    private readonly Dictionary<int, FrameReply> _replies = [];
    private int _lastStreamId = -1;

    public FrameCaller(UnaryService service, ConnectionLimits? limits = null, RecordingApplication? application = null, UnaryCallers? callers = null)
    {
        Func<ConnectionContext, UnaryCallers>? made = callers is null ? null : _ => callers;
        var handler = new Http2ConnectionHandler(service, limits ?? new ConnectionLimits(), new RecordingLogger<Http2ConnectionHandler>(), made);
        handler.Serve(application ?? new RecordingApplication());
        Serving = handler.OnConnectedAsync(new DefaultConnectionContext("test", new Duplex(_toServer.Reader, _toCaller.Writer), new Duplex(_toCaller.Reader, _toServer.Writer)));
        Send([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(FrameType.Settings, 0, 0)]);
    }

    /// <summary>Ends with the connection.</summary>
    public Task Serving { get; }

    /// <summary>The streams of which a frame came, in their order, once for each run of neighbours of DATA or HEADERS.</summary>
    public List<string> Seen { get; } = [];

    /// <summary>Streams that the server reset, and why.</summary>
    public List<(int Stream, Http2ErrorCode Code)> Resets { get; } = [];

    public static byte[] Frame(FrameType type, byte flags, int streamId, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        FrameHeader.Write(frame, payload.Length, type, flags, streamId);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    public void Send(params ReadOnlySpan<byte> bytes)
    {
        _toServer.Writer.Write(bytes);
        // Completes here: nothing holds the writer back.
        Assert.True(_toServer.Writer.FlushAsync().IsCompletedSuccessfully);
    }

    /// <summary>The next stream's headers, to be sent: those of a ModelInfer call with others in place or beside.</summary>
    public byte[] Headers(out int streamId, params ReadOnlySpan<(string Name, string? Value)> others)
    {
        streamId = _lastStreamId += 2;
        var fields = new Dictionary<string, string?>
        {
            [":method"] = "POST", [":scheme"] = "http", [":path"] = "/inference.GRPCInferenceService/ModelInfer", [":authority"] = "test", ["content-type"] = "application/grpc", ["te"] = "trailers",
        };
        foreach (var (name, value) in others) fields[name] = value;
        var block = new byte[1024];
        var length = 0;
        foreach (var (name, value) in fields)
        {
            if (value is not null) length += HpackEncoder.WriteLiteral(block.AsSpan(length), Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        }
        return Frame(FrameType.Headers, FrameFlags.EndHeaders, streamId, block.AsSpan(0, length));
    }

    /// <summary>Opens a stream.</summary>
    public int Begin(params ReadOnlySpan<(string Name, string? Value)> others)
    {
        Send(Headers(out var streamId, others));
        return streamId;
    }

    public static byte[] Data(int streamId, ReadOnlySpan<byte> bytes, bool ends = true)
    {
        using var frames = new MemoryStream();
        for (; bytes.Length > FrameHeader.MaxPayload; bytes = bytes[FrameHeader.MaxPayload..]) frames.Write(Frame(FrameType.Data, 0, streamId, bytes[..FrameHeader.MaxPayload]));
        frames.Write(Frame(FrameType.Data, ends ? FrameFlags.EndStream : FrameFlags.None, streamId, bytes));
        return frames.ToArray();
    }

    /// <summary>A whole call in one piece.</summary>
    public int Call(ReadOnlySpan<byte> body, params ReadOnlySpan<(string Name, string? Value)> others)
    {
        Send([.. Headers(out var streamId, others), .. Data(streamId, body)]);
        return streamId;
    }

    public void Reset(int streamId) => Send(Frame(FrameType.RstStream, 0, streamId, 0, 0, 0, (byte)Http2ErrorCode.Cancel));

    public void OpenWindow(int streamId, int bytes)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        Send(Frame(FrameType.WindowUpdate, 0, streamId, payload));
    }

    /// <summary>Tells how much may be sent on each stream before it is told more.</summary>
    public void LimitStreams(int window)
    {
        var payload = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)SettingId.InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(2), window);
        Send(Frame(FrameType.Settings, 0, 0, payload));
    }

    /// <summary>Goes away; the server has noticed when this returns.</summary>
    public void BreakOff(Exception? fault = null) => _toServer.Writer.Complete(fault);

    /// <summary>What has come for a stream by now.</summary>
    public FrameReply Look(int streamId)
    {
        while (_toCaller.Reader.TryRead(out var read))
        {
            if (!read.Buffer.IsEmpty)
            {
                Take(read);
                continue;
            }
            _toCaller.Reader.AdvanceTo(read.Buffer.End);
            break;
        }
        return ReplyOf(streamId);
    }

    /// <summary>Waits for a stream's end with a limit that only a broken server meets.</summary>
    public async Task<FrameReply> EndAsync(int streamId)
    {
        var reply = ReplyOf(streamId);
        while (!reply.Ended) Take(await _toCaller.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        return reply;
    }

    /// <summary>Waits for the connection's end.</summary>
    public Task ServedAsync() => Serving.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Throws away what has come, without an object for it.</summary>
    public long Drain()
    {
        if (!_toCaller.Reader.TryRead(out var read)) return 0;
        var length = read.Buffer.Length;
        _toCaller.Reader.AdvanceTo(read.Buffer.End);
        return length;
    }

    private void Take(ReadResult read)
    {
        var bytes = read.Buffer.ToArray().AsSpan();
        var length = bytes.Length;
        while (bytes.Length >= FrameHeader.Size && FrameHeader.Read(bytes) is var header && bytes.Length >= FrameHeader.Size + header.Length)
        {
            Take(header, bytes.Slice(FrameHeader.Size, header.Length));
            bytes = bytes[(FrameHeader.Size + header.Length)..];
        }
        Assert.True(bytes.IsEmpty, "a flush ends within a frame");
        Assert.False(length == 0 && read.IsCompleted, "the connection ended before the answer");
        _toCaller.Reader.AdvanceTo(read.Buffer.End);
    }

    private void Take(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId == 0) return;
        var reply = ReplyOf(header.StreamId);
        Assert.False(reply.Ended && header.Type is FrameType.Data or FrameType.Headers, $"a frame comes after the end of stream {header.StreamId}");
        switch (header.Type)
        {
            case FrameType.Headers:
                Assert.True(header.Has(FrameFlags.EndHeaders) && _hpack.TryDecode(payload, reply), "the header block cannot be read");
                break;
            case FrameType.Data:
                reply.Body.AddRange(payload);
                break;
            case FrameType.RstStream:
                Resets.Add((header.StreamId, (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload)));
                return;
            default:
                return;
        }
        if (Seen.Count == 0 || Seen[^1] != $"{header.Type} {header.StreamId}") Seen.Add($"{header.Type} {header.StreamId}");
        reply.Ended = header.Has(FrameFlags.EndStream);
    }

    private FrameReply ReplyOf(int streamId) => _replies.TryGetValue(streamId, out var reply) ? reply : _replies[streamId] = new FrameReply();

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
