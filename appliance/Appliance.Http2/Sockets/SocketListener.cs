using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Appliance.Http2.Sockets;

/// <summary>A port whose connections are read by <see cref="SocketLoop"/>s. One caller accepts; any may end it.</summary>
internal sealed partial class SocketListener(Socket socket, MemoryPool<byte> memory, Func<int, SocketLoop> choose, ILogger logger) : IConnectionListener
{
    // How long nobody is accepted behind an error that is not one caller's, mostly no descriptors or memory left. 100 ms: some are given back meanwhile, and no core is taken.
    private static readonly TimeSpan NoneLeft = TimeSpan.FromMilliseconds(100);

    // How often that is said at most. A minute: where descriptors come and go, each would be another line.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private volatile bool _isUnbound;

    // Who accepts has it alone.
    private long? _said;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    internal Func<CancellationToken, ValueTask<Socket>> Accept { get; init; } = socket.AcceptAsync;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var accepted = await Accept(cancellationToken);
                if (Start(accepted) is { } connection) return connection;
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (_isUnbound || e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException e) when (IsOfOneCaller(e.SocketErrorCode))
            {
                // The caller has gone before it was accepted, or cannot be reached any more.
            }
            catch (SocketException e)
            {
                // Mostly no descriptors. To try at once would be to try without end, whatever it is.
                Note(e);
                await Task.Delay(NoneLeft, Time, cancellationToken);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        // First: the system may report of the accept that waits that its socket no longer listens.
        _isUnbound = true;
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    // What accept(2) reports of the connection that was to be accepted: the next one may be sound.
    private static bool IsOfOneCaller(SocketError error) => error is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.HostUnreachable
        or SocketError.HostDown or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.OperationNotSupported or SocketError.AccessDenied;

    // Null where the caller has gone already.
    private SocketConnection? Start(Socket accepted)
    {
        try
        {
            accepted.NoDelay = true;
            var core = IncomingCore.Of(accepted);
            var connection = new SocketConnection(accepted, memory, choose(core), TimeProvider.System) { Core = core };
            connection.Start();
            return connection;
        }
        catch (SocketException)
        {
            accepted.Dispose();
            return null;
        }
        catch
        {
            accepted.Dispose();
            throw;
        }
    }

    private void Note(SocketException failure)
    {
        var now = Time.GetTimestamp();
        if (_said is { } said && Time.GetElapsedTime(said, now) < Silence) return;
        _said = now;
        Log.NobodyAccepted(logger, EndPoint, failure);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.NobodyAccepted, LogLevel.Error, "No connection can be accepted at {EndPoint}; it is tried again ten times a second, and said once a minute.")]
        public static partial void NobodyAccepted(ILogger logger, EndPoint endPoint, Exception cause);
    }
}
