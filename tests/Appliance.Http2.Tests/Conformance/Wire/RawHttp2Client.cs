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
    private readonly byte[] _header = new byte[RawFrames.HeaderLength];
    private ulong _pings;

    private RawHttp2Client(int headerTable) => Received = new ReceivedFrames(headerTable);

    public ReceivedFrames Received { get; }

    /// <summary>Gives back at once what arriving DATA has taken from the windows.</summary>
    public bool ReplenishesWindows { get; set; }

    public Dictionary<SettingId, uint> ServerSettings => Received.ServerSettings;

    public SendWindows Windows => Received.Windows;

    public Frame? LastGoAway => Received.LastGoAway;

    public ErrorCode? GoAwayCode => Received.GoAwayCode;

    public int SettingsAcks => Received.SettingsAcks;

    /// <summary>Whether the server has closed the connection.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether it was closed by a reset: bytes were left unread, and what the server said last may be lost.</summary>
    public bool WasReset { get; private set; }

    /// <summary>A connection on which nothing was sent yet.</summary>
    public static async Task<RawHttp2Client> ConnectAsync(int port, int? receiveBuffer = null, int headerTable = HpackReader.DefaultTable)
    {
        var client = new RawHttp2Client(headerTable);
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
        var headerTables = settings.Where(s => s.Id == SettingId.HeaderTableSize).Select(s => (int)s.Value);
        var client = await ConnectAsync(port, headerTable: headerTables.LastOrDefault(HpackReader.DefaultTable));
        await client.SendAsync([.. RawFrames.Preface, .. RawFrames.Settings(settings)]);
        await client.ReadUntilAsync(() => client.Received.HasSettings && client.SettingsAcks > 0);
        await client.SendAsync(RawFrames.SettingsAck());
        return client;
    }

    public Answer AnswerTo(int stream) => Received.AnswerTo(stream);

    public Task SendAsync(params byte[][] frames) => SendAllAsync(RawFrames.Together(frames)).WaitAsync(Patience);

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

    /// <summary>The next frame; null once the connection is closed. Fails where neither comes.</summary>
    public async Task<Frame?> ReadFrameAsync()
    {
        if (!await TryFillAsync(_header))
        {
            IsClosed = true;
            return null;
        }
        var payload = new byte[(_header[0] << 16) | (_header[1] << 8) | _header[2]];
        Assert.InRange(payload.Length, 0, RawFrames.SmallestMaxLength);
        if (!await TryFillAsync(payload))
        {
            IsClosed = true;
            return null;
        }
        var frame = new Frame((FrameType)_header[3], _header[4], BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(5)), payload);
        Received.Add(frame);
        if (frame.Type == FrameType.Data)
        {
            await ReplenishAsync(frame);
        }
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
        await SendAsync(RawFrames.Ping(payload));
        while (true)
        {
            var frame = await ReadFrameAsync();
            Assert.True(frame is not null, $"The connection was closed; GOAWAY {GoAwayCode}.");
            if (frame is { Type: FrameType.Ping } ping && ping.Has(RawFrames.Ack) && BinaryPrimitives.ReadUInt64BigEndian(ping.Payload) == payload)
            {
                return;
            }
        }
    }

    /// <summary>Sends a body as fast as the server's windows allow, and its end.</summary>
    public async Task UploadAsync(int stream, ReadOnlyMemory<byte> body)
    {
        var frameLimit = (int)ServerSettings.GetValueOrDefault(SettingId.MaxFrameSize, (uint)RawFrames.SmallestMaxLength);
        while (!body.IsEmpty)
        {
            var length = Math.Min(Math.Min(body.Length, frameLimit), Windows.Available(stream));
            if (length == 0)
            {
                Assert.NotNull(await ReadFrameAsync());
                continue;
            }
            Windows.Take(stream, length);
            await SendAsync(RawFrames.Data(stream, body.Span[..length], length == body.Length ? RawFrames.EndStream : (byte)0));
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

    private async Task ReplenishAsync(Frame data)
    {
        if (ReplenishesWindows && data.Payload.Length > 0)
        {
            await SendAsync(RawFrames.WindowUpdate(0, data.Payload.Length), data.EndsStream ? [] : RawFrames.WindowUpdate(data.Stream, data.Payload.Length));
        }
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
                WasReset = true;
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
