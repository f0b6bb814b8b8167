// Hot path: one Submit and one completed stream for every request; buffers are reused, nothing is allocated once they have grown.
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Appliance.LoadGen.Recording;

namespace Appliance.LoadGen.Http2;

/// <summary>
/// One cleartext HTTP/2 connection that sends the same unary gRPC request over and over. Requests beyond the peer's stream limit or flow-control
/// window wait their turn inside, on the clock of their intended send time. Submit and Flush belong to one thread; answers arrive on the
/// connection's own. It exists because the client shares the machine with the server: on two cores and the same floor, HttpClient with a prepared
/// body took 15-17 core-µs a request in a closed loop of 64, Grpc.Net.Client 23-30, and this 8-12 in an open loop at 50,000 a second.
/// </summary>
internal sealed class Http2Connection : IDisposable
{
    private readonly Socket _socket;
    private readonly RequestTemplate _template;
    private readonly LoadRecorder _recorder;
    private readonly FrameScanner _scanner;
    private readonly Thread _reader;

    /// <summary>Held by whoever writes to the socket; taken by trying, never by waiting.</summary>
    private readonly Lock _writing = new();

    /// <summary>Guards every field below.</summary>
    private readonly Lock _state = new();
    private readonly Dictionary<int, OpenStream> _streams = [];
    private readonly Queue<long> _waiting = [];
    private readonly FrameOutput _output = new();
    private int _lastStreamId = -1;
    private int _bodyOffset;
    private bool _hasBodyLeft;
    private long _sendWindow = Http2Limits.DefaultWindow;
    private long _received;
    private PeerSettings _peer = new();
    private bool _isLost;

    private Http2Connection(Socket socket, RequestTemplate template, LoadRecorder recorder)
    {
        _socket = socket;
        _template = template;
        _recorder = recorder;
        _scanner = new FrameScanner(socket);
        _reader = new Thread(ReadToEnd) { IsBackground = true, Name = "http2-reader" };
    }

    /// <summary>Connects, exchanges settings, and checks that the peer can take the request as this client sends it.</summary>
    public static Http2Connection Connect(Uri url, RequestTemplate template, LoadRecorder recorder)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new DnsEndPoint(url.Host, url.Port));
        var connection = new Http2Connection(socket, template, recorder);
        socket.Send(Http2Limits.Preface);
        while (!connection._peer.HasArrived)
        {
            connection.Take(connection._scanner.Next());
        }
        connection._peer.Check(template);
        connection.Flush();
        connection._reader.Start();
        return connection;
    }

    public void Submit(long due)
    {
        lock (_state)
        {
            if (!_isLost)
            {
                _waiting.Enqueue(due);
                OpenWaiting();
                return;
            }
        }
        _recorder.Completed(due, Stopwatch.GetTimestamp(), LoadStatus.ConnectionLost);
    }

    /// <summary>Writes what is queued. Where another thread is writing already, that thread takes this output along.</summary>
    public void Flush()
    {
        while (HasOutput && _writing.TryEnter())
        {
            try
            {
                _socket.Send(TakeOutput().Span);
            }
            catch (SocketException)
            {
                LoseEverything();
            }
            finally
            {
                _writing.Exit();
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reader.Join();
    }

    private bool HasOutput
    {
        get
        {
            lock (_state)
            {
                return !_output.IsEmpty;
            }
        }
    }

    private ReadOnlyMemory<byte> TakeOutput()
    {
        lock (_state)
        {
            return _output.Take();
        }
    }

    private void ReadToEnd()
    {
        try
        {
            while (true)
            {
                Take(_scanner.Next());
                if (!_scanner.HasMore)
                {
                    Flush();
                }
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            LoseEverything();
        }
    }

    private void Take(Frame frame)
    {
        var payload = frame.Payload;
        var header = frame.Header;
        lock (_state)
        {
            switch (header.Type)
            {
                case FrameType.Data:
                    ReturnWindow(payload.Length);
                    break;
                case FrameType.Headers:
                    TakeHeaders(header.StreamId, frame.Unpadded());
                    break;
                case FrameType.ResetStream:
                    End(header.StreamId, LoadStatus.Reset);
                    break;
                case FrameType.Settings when (header.Flags & FrameHeader.Ack) == 0:
                    _peer.Apply(payload);
                    _output.Append(new FrameHeader(0, FrameType.Settings, FrameHeader.Ack, 0), []);
                    break;
                case FrameType.Ping when (header.Flags & FrameHeader.Ack) == 0:
                    _output.Append(header with { Flags = FrameHeader.Ack }, payload);
                    break;
                case FrameType.WindowUpdate when header.StreamId == 0:
                    _sendWindow += BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
                    break;
                case FrameType.Continuation:
                    throw new IOException("The server split a header block over frames, which this client does not read.");
                case FrameType.GoAway:
                    throw new IOException("The server closed the connection (GOAWAY).");
                default:
                    break;
            }
            if (header.Type is FrameType.Data or FrameType.Headers && (header.Flags & FrameHeader.EndStream) != 0)
            {
                End(header.StreamId, LoadStatus.NoStatus);
            }
            OpenWaiting();
        }
    }

    private void TakeHeaders(int streamId, ReadOnlySpan<byte> block)
    {
        if (!HeaderBlock.TryReadStatuses(block, out var http, out var grpc))
        {
            throw new IOException("The server sent a header block that RFC 7541 does not allow here.");
        }
        if (_streams.TryGetValue(streamId, out var stream))
        {
            // A status other than 200 is the transport's, and no gRPC status is expected after it.
            var status = http is not (200 or HeaderBlock.Absent) ? http : grpc != HeaderBlock.Absent ? grpc : stream.Status;
            _streams[streamId] = stream with { Status = status };
        }
    }

    private void End(int streamId, int statusIfNone)
    {
        if (_streams.Remove(streamId, out var stream))
        {
            _recorder.Completed(stream.Due, Stopwatch.GetTimestamp(), stream.Status == HeaderBlock.Absent ? statusIfNone : stream.Status);
        }
    }

    private void OpenWaiting()
    {
        while (!_isLost && (_hasBodyLeft || (_waiting.Count > 0 && _streams.Count < _peer.MaxConcurrentStreams)))
        {
            var room = _output.Room(_template.MaxLength);
            var head = 0;
            if (!_hasBodyLeft)
            {
                _lastStreamId += 2;
                _streams.Add(_lastStreamId, new OpenStream(_waiting.Dequeue(), HeaderBlock.Absent));
                head = _template.WriteHead(room, _lastStreamId, isFirst: _lastStreamId == 1);
                _bodyOffset = 0;
            }
            _hasBodyLeft = !_template.WriteBody(room[head..], _lastStreamId, ref _bodyOffset, ref _sendWindow, out var body);
            _output.Advance(head + body);
            if (_hasBodyLeft)
            {
                return;
            }
        }
    }

    /// <summary>Gives the peer back what it has used of the connection's window, half of it at a time.</summary>
    private void ReturnWindow(int bytes)
    {
        _received += bytes;
        if (_received > int.MaxValue / 2)
        {
            Span<byte> increment = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(increment, (int)_received);
            _output.Append(new FrameHeader(4, FrameType.WindowUpdate, 0, 0), increment);
            _received = 0;
        }
    }

    private void LoseEverything()
    {
        lock (_state)
        {
            _isLost = true;
            var now = Stopwatch.GetTimestamp();
            foreach (var due in _streams.Values.Select(stream => stream.Due).Concat(_waiting))
            {
                _recorder.Completed(due, now, LoadStatus.ConnectionLost);
            }
            _streams.Clear();
            _waiting.Clear();
            _output.Clear();
        }
    }

    private readonly record struct OpenStream(long Due, int Status);
}
