// Hot path: reads and sends a connection's bytes.
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Appliance.Http2.Sockets;

/// <summary>
/// A TCP connection whose bytes are read by the thread of its loop, which goes on as their reader: nobody is handed over. Whoever flushes sends, as far
/// as the peer takes it. Its states: watched, then <see cref="_isClosing"/> by anyone, then closed by its loop.
/// </summary>
internal sealed partial class SocketConnection : DefaultConnectionContext, IMemoryPoolFeature
{
    // As Kestrel's transport: what may wait for its reader, and for the peer.
    private const int MaxUnread = 1024 * 1024, MaxUnsent = 64 * 1024;

    // Blocks read in one turn, while the other connections wait. 8: of 32 KiB.
    private const int MaxReads = 8;

    private static int s_numbers;

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _resume;
    private volatile SocketLoop _loop;

    // The loop's alone.
    private int _place = -1;
    private bool _hasEnded;
    private bool _peerEnded;
    private bool _isReset;
    private bool _isInputComplete;
    private bool _isWaiting;
    // It is in the loop's queue of those that were not read to the end.
    private bool _isDue;
    private ValueTask<FlushResult> _flush;

    // The reader has taken enough for the loop to go on.
    private volatile bool _isResumed;
    private volatile bool _isClosing;
    private volatile Exception? _reason;

    public SocketConnection(Socket socket, MemoryPool<byte> memory, SocketLoop loop, TimeProvider time)
    {
        _socket = socket;
        _time = time;
        _loop = loop;
        MemoryPool = memory;
        Number = Interlocked.Increment(ref s_numbers);
        _resume = Resume;
        _input = new Pipe(new PipeOptions(memory, PipeScheduler.Inline, PipeScheduler.Inline, MaxUnread, MaxUnread / 2, useSynchronizationContext: false));
        _output = new Pipe(new PipeOptions(memory, PipeScheduler.Inline, PipeScheduler.Inline, MaxUnsent, MaxUnsent / 2, useSynchronizationContext: false));
        Transport = new Duplex(_input.Reader, _output.Writer);
        ConnectionId = $"{Number:x8}";
        ConnectionClosed = _closed.Token;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        Features.Set<IMemoryPoolFeature>(this);
    }

    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>Unlike those of the connections before it.</summary>
    public int Number { get; }

    /// <summary>The core that it came in on: <see cref="IncomingCore"/>.</summary>
    public int Core { get; init; } = IncomingCore.Unknown;

    public SafeHandle Handle => _socket.SafeHandle;

    /// <summary>Bytes received lately, those of each period of the loop before counting half. The loop's thread alone.</summary>
    public long RecentBytes { get; private set; }

    /// <summary>A period is over. The loop's thread alone.</summary>
    public void Fade() => RecentBytes /= 2;

    /// <summary>Goes to another loop. The loop's thread alone.</summary>
    public void Move(SocketLoop loop)
    {
        _loop.Forget(this, _place);
        _place = -1;
        // Who watches it next is told at once what there is.
        _isDue = false;
        _loop.Leave();
        loop.Join();
        _loop = loop;
        loop.Post(this);
    }

    /// <summary>Begins to read and send.</summary>
    public void Start()
    {
        _socket.Blocking = false;
        _loop.Join();
        _sending = SendAsync();
        _loop.Post(this);
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Close(abortReason);
        _output.Reader.CancelPendingRead();
    }

    /// <summary>Sends what was written, as long as the peer takes it, and closes the socket.</summary>
    public override async ValueTask DisposeAsync()
    {
        _input.Reader.Complete();
        _output.Writer.Complete();
        await SentAsync();
        await _ended.Task;
        await _told.Task;
        _closed.Dispose();
    }

    /// <summary>Does what the system reports of the socket, or what was asked for. The loop's thread alone.</summary>
    /// <param name="isItsTurn">All others were looked at since it asked for <see cref="SocketLoop.Again"/>.</param>
    public void Do(SocketLoop loop, uint changes, bool isItsTurn)
    {
        if (_hasEnded) return;
        if (loop != _loop)
        {
            _loop.Post(this);
            return;
        }
        if (_isClosing)
        {
            End();
            return;
        }
        if (_place < 0) _place = loop.Watch(this);
        if ((changes & (Epoll.PeerEnded | Epoll.HungUp | Epoll.Error)) != 0) _peerEnded = true;
        // This side never ends sending alone. The fault itself is told once, maybe to who sends, and the reader then finds an end. Who closes before it has its
        // answers resets, too: it does not want them.
        if ((changes & (Epoll.HungUp | Epoll.Error)) != 0) _isReset = true;
        if ((changes & (Epoll.Writable | Epoll.HungUp | Epoll.Error)) != 0) _room.Mark();
        if (_isResumed)
        {
            _isResumed = false;
            _isWaiting = false;
            if (CanGoOn(_flush.Result)) Receive();
        }
        else if (_isDue ? isItsTurn : (changes & ~Epoll.Writable) != 0)
        {
            // What is reported of one that is due changes nothing: who sends without end would be read, and be due, once more each time.
            Receive((changes & Epoll.Readable) != 0);
        }
    }

    // Whether the system has just said that there is something.
    private void Receive(bool isThere = false)
    {
        if (_isInputComplete || _isWaiting) return;
        _isDue = false;
        for (var i = 0; i < MaxReads; i++)
        {
            // A block that nothing is read into would stay with a connection at rest.
            if (!isThere && !_peerEnded && _socket.Available == 0) return;
            isThere = false;
            var block = _input.Writer.GetMemory();
            var bytes = _socket.Receive(block.Span, SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock) return;
            if (error != SocketError.Success || bytes == 0)
            {
                // What ended it is reported next, and whether that was a fault.
                if (error == SocketError.Success && !_peerEnded) return;
                if (_isReset && error == SocketError.Success) error = SocketError.ConnectionReset;
                CompleteInput(error == SocketError.Success ? null : Reset(error));
                return;
            }
            RecentBytes += bytes;
            _loop.Took(bytes);
            _input.Writer.Advance(bytes);
            _flush = _input.Writer.FlushAsync();
            if (!_flush.IsCompletedSuccessfully)
            {
                _isWaiting = true;
                _flush.GetAwaiter().UnsafeOnCompleted(_resume);
                return;
            }
            if (!CanGoOn(_flush.Result)) return;
            // The system reports what comes after less than was asked for; the peer's end may lie before.
            if (bytes < block.Length && !_peerEnded) return;
        }
        _isDue = true;
        _loop.Again(this);
    }

    private void Resume()
    {
        _isResumed = true;
        _loop.Post(this);
    }

    private bool CanGoOn(FlushResult result)
    {
        if (!result.IsCompleted && !result.IsCanceled) return true;
        CompleteInput(null);
        return false;
    }

    private void CompleteInput(Exception? error)
    {
        if (_isInputComplete) return;
        _isInputComplete = true;
        try
        {
            _input.Writer.Complete(_reason ?? error);
        }
        finally
        {
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.TellClosed(), this, preferLocal: false);
            if (error is not null) _room.Mark();
        }
    }

    private void TellClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (Exception e)
        {
            // Of somebody who wanted to hear of it.
            _loop.Note(e);
        }
        finally
        {
            _told.SetResult();
        }
    }

    // The loop does it: whatever it reads meanwhile it reads of an open socket.
    private void Close(Exception? reason)
    {
        if (_isClosing) return;
        _reason ??= reason;
        _isClosing = true;
        _room.Mark();
        _loop.Post(this);
    }

    private void End()
    {
        _hasEnded = true;
        if (_place >= 0) _loop.Forget(this, _place);
        _loop.Leave();
        // Reset, where what was sent is not the whole.
        if (_reason is not null) _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
        try
        {
            CompleteInput(null);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private static ConnectionResetException Reset(SocketError error) => new("the peer ended the connection", new SocketException((int)error));

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
