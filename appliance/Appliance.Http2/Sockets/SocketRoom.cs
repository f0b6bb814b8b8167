// Hot path: counts how often a socket took more.
namespace Appliance.Http2.Sockets;

/// <summary>Whether a socket that took no more has room again. One sender waits; any thread tells. Thread-safe.</summary>
internal sealed class SocketRoom
{
    // Guards both: how often the socket took more, and who waits for that.
    private readonly Lock _gate = new();
    private int _seen;
    private TaskCompletionSource? _waiting;

    /// <summary>How often there was room; read before the socket is tried.</summary>
    public int Seen => Volatile.Read(ref _seen);

    /// <summary>There may be room, or no connection any more.</summary>
    public void Mark()
    {
        lock (_gate)
        {
            _seen++;
            _waiting?.SetResult();
            _waiting = null;
        }
    }

    /// <summary>Completes once there may be room, if that has not happened since <paramref name="seen"/>.</summary>
    public Task SinceAsync(int seen)
    {
        lock (_gate)
        {
            if (seen != _seen) return Task.CompletedTask;
            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }
}
