// Hot path: every byte of the inline ports passes here.
using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Appliance.Http2.Sockets;

/// <summary>
/// A thread that waits for the bytes of its connections and does what they ask for. A connection's sockets are read by the thread of its loop alone;
/// any thread may post a connection to it.
/// </summary>
internal sealed partial class SocketLoop : IDisposable
{
    private readonly Epoll _epoll = new();
    private readonly ConcurrentQueue<SocketConnection> _posted = new();
    private readonly LoopGroup _group;
    private readonly LoopWait _wait;
    private readonly ILogger _logger;
    private readonly Thread _thread;

    // The thread's alone.
    private readonly List<SocketConnection?> _connections = [];
    private readonly Stack<int> _free = new();
    private Queue<SocketConnection> _again = new();
    private Queue<SocketConnection> _now = new();

    private long _since = Stopwatch.GetTimestamp();
    private long _busy;
    private long _onCore;
    private long _polled;
    private int _turns;
    private long _ended = Stopwatch.GetTimestamp();

    // Guards _load and _loadAt.
    private readonly Lock _loadGate = new();
    private LoopLoad _load;
    private long _loadAt;

    // When the turn began that it is at; 0 while it waits.
    private long _begun;

    private Transfer? _transfer;
    private Func<SocketLoop>? _heirOfEach;
    private long _received;
    private int _count;
    private int _assigned;
    private int _isWoken;
    private volatile bool _isStopped;

    public SocketLoop(int number, LoopGroup group, BusyPoll poll, ILogger logger)
    {
        _group = group;
        _wait = new LoopWait(_epoll.Wait, poll, Stopwatch.GetTimestamp);
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = $"sockets-{number}" };
    }

    /// <summary>Connections that it has.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Connections that are its own, watched yet or not.</summary>
    public int Assigned => Volatile.Read(ref _assigned);

    /// <summary>Bytes that its connections have received since the start.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Ticks that it has polled for in all.</summary>
    internal long Polled => _wait.Polled;

    /// <summary>Whether it would look for what comes next in place of sleeping, if it may. Any thread's.</summary>
    public bool WantsToPoll => _wait.WantsToPoll;

    /// <summary>A connection has received bytes. The thread's own.</summary>
    public void Took(int bytes) => Volatile.Write(ref _received, _received + bytes);

    /// <summary>A connection is its own from here on. Any thread's.</summary>
    public void Join() => Interlocked.Increment(ref _assigned);

    /// <summary>A connection is no longer its own. Any thread's.</summary>
    public void Leave() => Interlocked.Decrement(ref _assigned);

    /// <summary>
    /// What it last said of its load; nothing where that is old, because it sleeps. Where one turn takes longer than a period, it says nothing because of
    /// that: it is busy, for as long as that turn has taken so far.
    /// </summary>
    public LoopLoad LoadAt(long now)
    {
        var begun = Volatile.Read(ref _begun);
        lock (_loadGate)
        {
            if (begun != 0 && now - begun > LoopGroup.Period) return new LoopLoad(1, Stopwatch.GetElapsedTime(begun, now).TotalMicroseconds, _load.Bytes, Cores: 1);
            return now - _loadAt > 2 * LoopGroup.Period ? default : _load;
        }
    }

    /// <summary>Starts the thread, once the group is whole.</summary>
    public void Start() => _thread.Start();

    /// <summary>Has the thread look at a connection.</summary>
    public void Post(SocketConnection connection)
    {
        _posted.Enqueue(connection);
        Wake();
    }

    /// <summary>Has it give connections that bring a share of its bytes to another loop, as far as they can be parted.</summary>
    /// <param name="isOfHeir">Whether connections that come in on a core would go to the heir were they new.</param>
    public void Give(SocketLoop heir, double share, Func<int, bool> isOfHeir)
    {
        Volatile.Write(ref _transfer, new Transfer(heir, share, isOfHeir));
        Wake();
    }

    /// <summary>Has it give all its connections to others.</summary>
    /// <param name="heirOfEach">Which loop gets the next one.</param>
    public void GiveAll(Func<SocketLoop> heirOfEach)
    {
        Volatile.Write(ref _heirOfEach, heirOfEach);
        Wake();
    }

    /// <summary>Has the thread look at a connection after all others: then it is its turn. The thread's own.</summary>
    public void Again(SocketConnection connection) => _again.Enqueue(connection);

    /// <summary>Watches a connection's socket. Returns the place it is known by. The thread's own.</summary>
    public int Watch(SocketConnection connection)
    {
        if (_free.Count == 0)
        {
            _free.Push(_connections.Count);
            _connections.Add(null);
        }
        // The system may refuse to watch one more: the place is free then, and the connection in none.
        _epoll.Watch(connection.Handle, Key(_free.Peek(), connection));
        var place = _free.Pop();
        _connections[place] = connection;
        Interlocked.Increment(ref _count);
        return place;
    }

    /// <summary>The thread's own.</summary>
    public void Forget(SocketConnection connection, int place)
    {
        _epoll.Forget(connection.Handle);
        _connections[place] = null;
        _free.Push(place);
        Interlocked.Decrement(ref _count);
    }

    /// <summary>Ends the thread once it has done what it is at.</summary>
    public void Stop()
    {
        _isStopped = true;
        _epoll.Wake();
        _thread.Join();
    }

    /// <summary>Closes the connections that are left, whose owners may wait for that. Once all loops have stopped.</summary>
    public void Dispose()
    {
        foreach (var connection in _connections.Concat(_posted).OfType<SocketConnection>().ToArray())
        {
            connection.Abort();
            Do(connection, 0);
        }
        _epoll.Dispose();
    }

    /// <summary>Logs what one connection did: it is not the others' fault. Thread-safe.</summary>
    public void Note(Exception failure) => Log.ConnectionFailed(_logger, failure);

    // A place is used again; what was reported of the one before must not reach the next.
    private static ulong Key(int place, SocketConnection connection) => ((ulong)(uint)connection.Number << 32) | (uint)place;

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0) _epoll.Wake();
    }

    private void Run()
    {
        while (!_isStopped)
        {
            var count = _wait.Next(isDue: _again.Count > 0, _group.MayPoll, _ended);
            var begun = Stopwatch.GetTimestamp();
            Volatile.Write(ref _begun, begun);
            for (var i = 0; i < count; i++)
            {
                var (key, changes) = _epoll[i];
                if (key != Epoll.WakeUp && Find(key) is { } connection) Do(connection, changes);
            }
            if (Volatile.Read(ref _isWoken) != 0) DoPosted();
            (_now, _again) = (_again, _now);
            while (_now.TryDequeue(out var connection)) Do(connection, 0, isItsTurn: true);
            // Over before it is looked at: of the turn that has just ended the sums below tell.
            Volatile.Write(ref _begun, 0);
            _ended = Stopwatch.GetTimestamp();
            NoteTurn(begun, _ended);
        }
    }

    private void DoPosted()
    {
        Interlocked.Exchange(ref _isWoken, 0);
        // Those that are posted meanwhile have woken it again, and wait for the others.
        for (var left = _posted.Count; left > 0 && _posted.TryDequeue(out var connection); left--) Do(connection, 0);
        if (Interlocked.Exchange(ref _heirOfEach, null) is { } heirOfEach)
        {
            foreach (var connection in _connections.OfType<SocketConnection>().ToArray()) connection.Move(heirOfEach());
        }
        if (Interlocked.Exchange(ref _transfer, null) is not { } transfer) return;
        // Those at rest stay: they weigh nothing. Of the others those first whose core is the heir's, then core by core, the newest first: who opens several
        // connections opens them together, and answers that come from one loop find him in one turn.
        var busy = _connections.OfType<SocketConnection>().Where(c => c.RecentBytes > 0)
            .OrderByDescending(c => transfer.IsOfHeir(c.Core)).ThenBy(c => c.Core).ThenByDescending(c => c.Number).ToList();
        var wanted = (long)(transfer.Share * busy.Sum(c => c.RecentBytes));
        foreach (var connection in LoadShare.Of(busy, c => c.RecentBytes, wanted)) connection.Move(transfer.Heir);
    }

    private void NoteTurn(long begun, long ended)
    {
        _busy += ended - begun;
        _turns++;
        if (ended - _since < LoopGroup.Period) return;
        var bytes = 0L;
        foreach (var connection in _connections)
        {
            if (connection is null) continue;
            bytes += connection.RecentBytes;
            connection.Fade();
        }
        var (onCore, polled) = (ThreadTime.Now(), _wait.Polled);
        lock (_loadGate)
        {
            _load = new LoopLoad((double)_busy / (ended - _since), Stopwatch.GetElapsedTime(0, _busy).TotalMicroseconds / _turns, bytes,
                LoopLoad.CoresOf(onCore - _onCore, polled - _polled, ended - _since));
            _loadAt = ended;
        }
        _group.NoteTurns(_turns, ended - _since);
        (_since, _busy, _onCore, _polled, _turns) = (ended, 0, onCore, polled, 0);
        _group.Look(ended);
    }

    private SocketConnection? Find(ulong key) => _connections[(int)(uint)key] is { } connection && Key((int)(uint)key, connection) == key ? connection : null;

    private void Do(SocketConnection connection, uint changes, bool isItsTurn = false)
    {
        try
        {
            connection.Do(this, changes, isItsTurn);
        }
        catch (Exception e)
        {
            Note(e);
            connection.Abort();
        }
    }

    private sealed record Transfer(SocketLoop Heir, double Share, Func<int, bool> IsOfHeir);

    private static partial class Log
    {
        [LoggerMessage(EventIds.ConnectionFailed, LogLevel.Error, "A connection failed and is closed.")]
        public static partial void ConnectionFailed(ILogger logger, Exception cause);
    }
}
