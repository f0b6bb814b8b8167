// Hot path: reads and takes apart what a peer sends.
using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Appliance.Http2.Calls;
using Appliance.Http2.Frames;
using Appliance.Http2.Hpack;
using Appliance.Http2.Requests;
using Appliance.Http2.Streams;

namespace Appliance.Http2;

/// <summary>
/// One HTTP/2 connection, server side: RFC 9113. <see cref="RunAsync"/> is its reader, one thread at a time, which takes each frame
/// to its stream; answers are written by whoever has them, under the output's gate.
/// </summary>
internal sealed partial class Http2Connection
{
    // Of the deprecated priority fields, in a frame of their own or in HEADERS.
    private const int PriorityBytes = 5;

    private readonly PipeReader _input;
    private readonly ConnectionLimits _limits;
    private readonly IRequestDispatcher _requests;
    private readonly UnfinishedBodies _unfinishedInAll;
    private readonly UnaryCallers? _callers;
    // Only the reader adds to it.
    private readonly List<OpenedService> _opened = [];
    private readonly RequestHead _head;
    private readonly HpackDecoder _hpack = new();
    private readonly LastBlock _lastBlock;
    private readonly HeaderAssembly _block = new();

    // Guarded by the gate.
    private readonly Dictionary<int, Http2Stream> _streams = [];
    private readonly RecentlyClosed _recentlyClosed = new();
    private int _open;
    private int _running;

    // Reader's alone.
    private Http2Stream? _current;
    private bool _prefaceRead;
    private bool _settingsRead;

    // Whole frames were left for later; bytes of answers when the frames in hand came.
    private bool _isPaused;
    private long _answeredBefore;
    private int _lastStreamId;
    private int _lastServedId;

    private int _receiveWindow;
    private int _uncredited;

    /// <param name="callers">Null where nobody is asked who they are.</param>
    public Http2Connection(
        IDuplexPipe transport, UnaryService? unary, IRequestDispatcher requests, ConnectionLimits limits, UnfinishedBodies unfinished, UnaryCallers? callers = null)
    {
        _input = transport.Input;
        _limits = limits;
        _requests = requests;
        _unfinishedInAll = unfinished;
        _callers = callers;
        _head = new RequestHead(unary, limits.MaxHeaderBytes, keepsCredentials: callers is not null);
        _lastBlock = new LastBlock(_hpack.Table);
        Memory = unary?.Memory ?? ArrayPool<byte>.Shared;
        Output = new ConnectionOutput(transport.Output);
        SendFlow = new SendFlow(Output);
        Replies = new ReplyWriter(Output);
        _receiveWindow = limits.ConnectionWindow;
    }

    public ConnectionOutput Output { get; }
    public SendFlow SendFlow { get; }
    public ReplyWriter Replies { get; }

    /// <summary>Where bodies and answers of more than a few KiB lie.</summary>
    public ArrayPool<byte> Memory { get; }

    // As many as one flush should take. Frames that bring no answers are not held up by what gathers meanwhile.
    private bool HasAnsweredPlenty => Output.Answered - _answeredBefore > ConnectionOutput.CongestedBytes;

    public void Flush() => Output.Flush();

    /// <summary>Serves the connection to its end. Completes once nothing is sent any more; the streams it had are abandoned by then.</summary>
    public async Task RunAsync()
    {
        var error = Http2ErrorCode.InternalError;
        try
        {
            error = await ReadAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Net.Sockets.SocketException or Microsoft.AspNetCore.Connections.ConnectionAbortedException)
        {
            // The peer is gone, as its streams are told below.
            error = Http2ErrorCode.NoError;
        }
        finally
        {
            AbandonAll();
            // To a peer that does not speak HTTP/2 it would mean nothing.
            if (_prefaceRead) Output.GoAway(_lastServedId, error);
            await Output.CloseAsync();
        }
    }

    private void SendPreface()
    {
        Output.Settings([
            (SettingId.MaxConcurrentStreams, (uint)_limits.MaxStreams),
            (SettingId.InitialWindowSize, (uint)_limits.StreamWindow),
            (SettingId.MaxHeaderListSize, (uint)_limits.MaxHeaderBytes),
        ]);
        Output.WindowUpdate(0, _limits.ConnectionWindow - 65535);
    }

    // Ends with what the peer is told at the end.
    private async Task<Http2ErrorCode> ReadAsync()
    {
        while (true)
        {
            var read = await _input.ReadAsync();
            var rest = read.Buffer;
            _isPaused = false;
            _answeredBefore = Output.Answered;
            var error = TakeAndSubmit(ref rest);
            _input.AdvanceTo(rest.Start, _isPaused ? rest.Start : rest.End);
            Output.Flush();
            if (error != Http2ErrorCode.NoError) return error;
            if (read.IsCompleted && !_isPaused)
            {
                // A peer that sends no more may still take what it was answered.
                await Output.IdleAsync();
                return Http2ErrorCode.NoError;
            }
            // What a stream seems to wait for may lie among the frames that are left.
            if (!_isPaused && IsOver()) return Http2ErrorCode.NoError;
            if (Output.IsCongested) await Output.RoomAsync();
        }
    }

    // What was gathered reaches its batcher whatever happens: it holds leases and places.
    private Http2ErrorCode TakeAndSubmit(ref ReadOnlySequence<byte> rest)
    {
        try
        {
            return Take(ref rest);
        }
        finally
        {
            foreach (var opened in _opened) opened.Calls.ArrivedAll();
        }
    }

    /// <summary>
    /// Takes all whole frames off <paramref name="rest"/>, or as many as have plenty of answers: one read may hold the requests of a thousand
    /// calls that are answered at once, and their answers would all lie in memory before the first is sent.
    /// </summary>
    private Http2ErrorCode Take(ref ReadOnlySequence<byte> rest)
    {
        if (!_prefaceRead)
        {
            var preface = Preface.Take(ref rest);
            if (preface == PrefaceOutcome.Incomplete) return Http2ErrorCode.NoError;
            if (preface == PrefaceOutcome.Http1) RefuseHttp1();
            if (preface != PrefaceOutcome.Taken) return Http2ErrorCode.ProtocolError;
            // In one hold of the gate: the settings are the first that the peer hears.
            lock (Output.Gate)
            {
                _prefaceRead = true;
                SendPreface();
                if (_draining) TellDrain();
            }
        }
        while (true)
        {
            var block = rest.FirstSpan;
            var isLast = rest.IsSingleSegment;
            var error = TakeFrames(block, out var taken);
            rest = rest.Slice(taken);
            if (error != Http2ErrorCode.NoError || isLast || _isPaused) return error;
            if (taken == block.Length && taken > 0) continue;
            if (rest.Length < FrameHeader.Size) return Http2ErrorCode.NoError;
            error = TakePieced(ref rest, out var isWhole);
            if (error != Http2ErrorCode.NoError || !isWhole) return error;
            _isPaused = HasAnsweredPlenty;
            if (_isPaused) return Http2ErrorCode.NoError;
        }
    }

    // The next frame lies across two blocks of the transport's.
    private Http2ErrorCode TakePieced(ref ReadOnlySequence<byte> rest, out bool isWhole)
    {
        Span<byte> head = stackalloc byte[FrameHeader.Size];
        rest.Slice(0, FrameHeader.Size).CopyTo(head);
        var header = FrameHeader.Read(head);
        var size = FrameHeader.Size + header.Length;
        isWhole = rest.Length >= size;
        if (header.Length > FrameHeader.MaxPayload) return Http2ErrorCode.FrameSizeError;
        if (!isWhole) return Http2ErrorCode.NoError;
        var payload = ArrayPool<byte>.Shared.Rent(header.Length);
        rest.Slice(FrameHeader.Size, header.Length).CopyTo(payload);
        rest = rest.Slice(size);
        var error = TakeFrame(header, payload.AsSpan(0, header.Length));
        ArrayPool<byte>.Shared.Return(payload);
        return error;
    }

    private Http2ErrorCode TakeFrames(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        while (bytes.Length - taken >= FrameHeader.Size)
        {
            var header = FrameHeader.Read(bytes[taken..]);
            if (header.Length > FrameHeader.MaxPayload) return Http2ErrorCode.FrameSizeError;
            if (bytes.Length - taken - FrameHeader.Size < header.Length) break;
            var error = TakeFrame(header, bytes.Slice(taken + FrameHeader.Size, header.Length));
            taken += FrameHeader.Size + header.Length;
            if (error != Http2ErrorCode.NoError) return error;
            _isPaused = HasAnsweredPlenty;
            if (_isPaused) break;
        }
        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode TakeFrame(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_costly > MaxCostly) return Http2ErrorCode.EnhanceYourCalm;
        if (_block.IsOpen)
        {
            return header.Type == FrameType.Continuation && header.StreamId == _block.StreamId ? TakeContinuation(header, payload) : Http2ErrorCode.ProtocolError;
        }
        if (!_settingsRead && (header.Type != FrameType.Settings || header.Has(FrameFlags.Ack))) return Http2ErrorCode.ProtocolError;
        return header.Type switch
        {
            FrameType.Data => TakeData(header, payload),
            FrameType.Headers => TakeHeaders(header, payload),
            FrameType.Priority => header.StreamId == 0 ? Http2ErrorCode.ProtocolError : payload.Length != PriorityBytes ? Http2ErrorCode.FrameSizeError : Http2ErrorCode.NoError,
            FrameType.RstStream => TakeReset(header, payload),
            FrameType.Settings => TakeSettings(header, payload),
            FrameType.PushPromise or FrameType.Continuation => Http2ErrorCode.ProtocolError,
            FrameType.Ping => TakePing(header, payload),
            FrameType.GoAway => header.StreamId != 0 ? Http2ErrorCode.ProtocolError : payload.Length < 8 ? Http2ErrorCode.FrameSizeError : Http2ErrorCode.NoError,
            FrameType.WindowUpdate => TakeWindowUpdate(header, payload),
            _ => Http2ErrorCode.NoError,
        };
    }

    private Http2ErrorCode TakeData(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId == 0 || IsIdle(header.StreamId)) return Http2ErrorCode.ProtocolError;
        var data = payload;
        if (header.Has(FrameFlags.Padded) && !TryUnpad(ref data)) return Http2ErrorCode.ProtocolError;
        if (Interlocked.Add(ref _receiveWindow, -payload.Length) < 0) return Http2ErrorCode.FlowControlError;
        if (!TryFind(header.StreamId, out var stream) || stream.RemoteEnded)
        {
            Credit(payload.Length);
            return DataForNoOne(header.StreamId, stream);
        }
        if (Interlocked.Add(ref stream.ReceiveWindow, -payload.Length) < 0) return Http2ErrorCode.FlowControlError;
        var ends = header.Has(FrameFlags.EndStream);
        stream.ReceivedLength += data.Length;
        if (stream.DeclaredLength >= 0 && (ends ? stream.ReceivedLength != stream.DeclaredLength : stream.ReceivedLength > stream.DeclaredLength))
        {
            Credit(payload.Length);
            Fault(stream, Http2ErrorCode.ProtocolError);
            return Http2ErrorCode.NoError;
        }
        // Padding is read as soon as it is here; the data when the call says so.
        if (payload.Length > data.Length) Consumed(stream, payload.Length - data.Length);
        if (ends) stream.RemoteEnded = true;
        if (!data.IsEmpty)
        {
            stream.ProgressTick = Tick;
            stream.Receive(data);
        }
        if (ends && !stream.Ended) stream.ReceivedAll();
        return Http2ErrorCode.NoError;
    }

    // A stream that is over, or half of it: RFC 9113, 5.1.
    private Http2ErrorCode DataForNoOne(int streamId, Http2Stream? halfClosed)
    {
        if (halfClosed is not null) Fault(halfClosed, Http2ErrorCode.StreamClosed);
        else if (!WasRecentlyClosed(streamId)) Output.Reset(streamId, Http2ErrorCode.StreamClosed);
        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode TakeReset(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4) return Http2ErrorCode.FrameSizeError;
        if (header.StreamId == 0 || IsIdle(header.StreamId)) return Http2ErrorCode.ProtocolError;
        if (!TryFind(header.StreamId, out var stream)) return Http2ErrorCode.NoError;
        CountCostly();
        Abandon(stream);
        return Http2ErrorCode.NoError;
    }

    private bool IsIdle(int streamId) => streamId > _lastStreamId || streamId % 2 == 0;

    private static bool TryUnpad(ref ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload[0] >= payload.Length) return false;
        payload = payload[1..^payload[0]];
        return true;
    }

    private void RefuseHttp1()
    {
        lock (Output.Gate)
        {
            Preface.Http1Refusal.CopyTo(Output.Reserve(Preface.Http1Refusal.Length));
            Output.Commit(Preface.Http1Refusal.Length);
        }
    }
}
