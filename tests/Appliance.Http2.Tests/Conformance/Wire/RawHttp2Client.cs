using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>
/// One HTTP/2 connection, written frame by frame so that it can break every rule. It answers nothing by itself, unless
/// <see cref="ReplenishesWindows"/> is set; it keeps account of what the server sends and fails on what no server may send. Every wait is
/// bounded. For one thread at a time.
/// </summary>
public sealed class RawHttp2Client : IAsyncDisposable
{
    /// <summary>How long anything may take that ought to happen. Only failing tests wait so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _header = new byte[Frames.HeaderLength];
    private readonly Dictionary<int, Answer> _answers = [];
    private readonly List<byte> _block = [];
    private HpackReader _hpack = new(4_096);
    private ulong _pings;

    private RawHttp2Client()
    {
    }

    /// <summary>Gives back at once what arriving DATA has taken from the windows.</summary>
    public bool ReplenishesWindows { get; set; }

    /// <summary>What the server has announced.</summary>
    public Dictionary<SettingId, uint> ServerSettings { get; } = [];

    public SendWindows Windows { get; } = new();

    /// <summary>The GOAWAY that came last; null before the first.</summary>
    public Frame? LastGoAway { get; private set; }

    public ErrorCode? GoAwayCode => LastGoAway is { } frame ? (ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan(4)) : null;

    /// <summary>Whether the server has closed the connection.</summary>
    public bool IsClosed { get; private set; }

    public int SettingsAcks { get; private set; }

    /// <summary>A connection on which nothing was sent yet.</summary>
    public static async Task<RawHttp2Client> ConnectAsync(int port, int? receiveBuffer = null)
    {
        var client = new RawHttp2Client();
        if (receiveBuffer is { } bytes)
        {
            client._socket.ReceiveBufferSize = bytes;
        }
        await client._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)).WaitAsync(Patience);
        return client;
    }

    /// <summary>A connection whose two sides have exchanged and acknowledged their settings.</summary>
    public static async Task<RawHttp2Client> OpenAsync(int port, params (SettingId Id, uint Value)[] settings)
    {
        var client = await ConnectAsync(port);
        foreach (var (_, value) in settings.Where(s => s.Id == SettingId.HeaderTableSize))
        {
            client._hpack = new HpackReader((int)value);
        }
        await client.SendAsync([.. Frames.Preface, .. Frames.Settings(settings)]);
        while (client.ServerSettings.Count == 0 || client.SettingsAcks == 0)
        {
            Assert.NotNull(await client.ReadFrameAsync());
        }
        await client.SendAsync(Frames.SettingsAck());
        return client;
    }

    public Answer AnswerTo(int stream)
    {
        if (!_answers.TryGetValue(stream, out var answer))
        {
            _answers.Add(stream, answer = new Answer());
        }
        return answer;
    }

    public Task SendAsync(params byte[][] frames) => SendAllAsync(Frames.Together(frames)).WaitAsync(Patience);

    /// <summary>Sends where the server may have closed the connection or ceased to read.</summary>
    public async Task<SendOutcome> TrySendAsync(byte[] bytes, TimeSpan? patience = null)
    {
        try
        {
            await SendAllAsync(bytes).WaitAsync(patience ?? Patience);
            return SendOutcome.Sent;
        }
        catch (SocketException)
        {
            return SendOutcome.Closed;
        }
        catch (TimeoutException)
        {
            return SendOutcome.Blocked;
        }
    }

    /// <summary>Ends this side of the TCP connection; the other side goes on.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Whether bytes have arrived that were not read yet.</summary>
    public bool HasUnread => _socket.Available > 0;

    /// <summary>The next frame; null once the connection is closed. Fails where neither comes.</summary>
    public async Task<Frame?> ReadFrameAsync()
    {
        if (!await TryFillAsync(_header))
        {
            IsClosed = true;
            return null;
        }
        var payload = new byte[(_header[0] << 16) | (_header[1] << 8) | _header[2]];
        Assert.InRange(payload.Length, 0, Frames.SmallestMaxLength);
        if (!await TryFillAsync(payload))
        {
            IsClosed = true;
            return null;
        }
        var frame = new Frame((FrameType)_header[3], _header[4], BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(5)), payload);
        await RecordAsync(frame);
        return frame;
    }

    /// <summary>Everything until the server closes the connection, as it is: for servers that answer in another language.</summary>
    public async Task<byte[]> ReadBytesToEndAsync()
    {
        var all = new List<byte>();
        var one = new byte[1];
        while (await TryFillAsync(one))
        {
            all.Add(one[0]);
        }
        return [.. all];
    }

    /// <summary>Reads until the condition holds; fails where the connection ends before that.</summary>
    public async Task ReadUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Assert.True(await ReadFrameAsync() is not null, $"The connection was closed; GOAWAY {GoAwayCode}.");
        }
    }

    /// <summary>The whole answer to a request, which must come.</summary>
    public async Task<Answer> ReadAnswerAsync(int stream)
    {
        var answer = AnswerTo(stream);
        await ReadUntilAsync(() => answer.IsOver);
        Assert.True(answer.Reset is null, $"RST_STREAM {answer.Reset}");
        return answer;
    }

    public async Task ReadToCloseAsync()
    {
        while (!IsClosed)
        {
            await ReadFrameAsync();
        }
    }

    /// <summary>Returns once the server has dealt with all frames before this.</summary>
    public async Task PingAsync()
    {
        var payload = ++_pings;
        await SendAsync(Frames.Ping(payload));
        while (true)
        {
            var frame = await ReadFrameAsync();
            Assert.True(frame is not null, $"The connection was closed; GOAWAY {GoAwayCode}.");
            if (frame is { Type: FrameType.Ping } ping && ping.Has(Frames.Ack) && BinaryPrimitives.ReadUInt64BigEndian(ping.Payload) == payload)
            {
                return;
            }
        }
    }

    /// <summary>Sends a body as fast as the server's windows allow, and its end.</summary>
    public async Task UploadAsync(int stream, ReadOnlyMemory<byte> body)
    {
        var frameLimit = (int)ServerSettings.GetValueOrDefault(SettingId.MaxFrameSize, (uint)Frames.SmallestMaxLength);
        while (!body.IsEmpty)
        {
            var length = Math.Min(Math.Min(body.Length, frameLimit), Windows.Available(stream));
            if (length == 0)
            {
                Assert.NotNull(await ReadFrameAsync());
                continue;
            }
            Windows.Take(stream, length);
            await SendAsync(Frames.Data(stream, body.Span[..length], length == body.Length ? Frames.EndStream : (byte)0));
            body = body[length..];
        }
    }

    /// <summary>A call with its whole body, at the pace that the server allows.</summary>
    public async Task UploadCallAsync(int stream, byte[] body, string path)
    {
        await SendAsync(Request.Open(stream, path));
        await UploadAsync(stream, body);
    }

    public ValueTask DisposeAsync()
    {
        // A reset rather than a farewell: nothing of a test lingers in the server.
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task RecordAsync(Frame frame)
    {
        Assert.True(_block.Count == 0 || frame.Type == FrameType.Continuation, "A frame inside a header block.");
        switch (frame.Type)
        {
            case FrameType.Headers:
                Assert.False(frame.Has(Frames.Padded) || frame.Has(Frames.HasPriority), "Headers of a kind that this client does not read.");
                AddFields(frame, frame.EndsStream);
                break;
            case FrameType.Continuation:
                AddFields(frame, _blockEndsStream);
                break;
            case FrameType.Data:
                AnswerTo(frame.Stream).AddData(frame.Payload, frame.EndsStream);
                await ReplenishAsync(frame);
                break;
            case FrameType.ResetStream:
                AnswerTo(frame.Stream).End((ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(frame.Payload));
                break;
            case FrameType.Settings when frame.Has(Frames.Ack):
                SettingsAcks++;
                break;
            case FrameType.Settings:
                ReadSettings(frame.Payload);
                break;
            case FrameType.WindowUpdate:
                Windows.Give(frame.Stream, BinaryPrimitives.ReadInt32BigEndian(frame.Payload));
                break;
            case FrameType.GoAway:
                LastGoAway = frame;
                break;
        }
    }

    private bool _blockEndsStream;

    private void AddFields(Frame frame, bool endsStream)
    {
        _block.AddRange(frame.Payload);
        _blockEndsStream = endsStream;
        if (frame.Has(Frames.EndHeaders))
        {
            AnswerTo(frame.Stream).AddFields(_hpack.Read(_block.ToArray()), endsStream);
            _block.Clear();
        }
    }

    private async Task ReplenishAsync(Frame data)
    {
        if (ReplenishesWindows && data.Payload.Length > 0)
        {
            await SendAsync(Frames.WindowUpdate(0, data.Payload.Length), data.EndsStream ? [] : Frames.WindowUpdate(data.Stream, data.Payload.Length));
        }
    }

    private void ReadSettings(byte[] payload)
    {
        for (var at = 0; at < payload.Length; at += 6)
        {
            var id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(at));
            ServerSettings[id] = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(at + 2));
        }
        Windows.Initial = (int)ServerSettings.GetValueOrDefault(SettingId.InitialWindowSize, (uint)SendWindows.Default);
    }

    private async Task SendAllAsync(byte[] bytes)
    {
        for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;)
        {
            rest = rest[await _socket.SendAsync(rest)..];
        }
    }

    private async Task<bool> TryFillAsync(Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read;
            try
            {
                read = await _socket.ReceiveAsync(buffer).AsTask().WaitAsync(Patience);
            }
            catch (SocketException)
            {
                return false;
            }
            if (read == 0)
            {
                return false;
            }
            buffer = buffer[read..];
        }
        return true;
    }
}
