using Appliance.Http2.Calls;
using Appliance.Http2.Requests;
using Appliance.Http2.Streams;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Logging;

namespace Appliance.Http2;

/// <summary>
/// Serves HTTP/2 on the connections of a transport, in place of Kestrel's own: unary gRPC calls of a <see cref="UnaryService"/> without
/// any object per request, every other request through the host's application. Thread-safe.
/// </summary>
/// <param name="callers">Makes what a connection's unary callers are checked by; null where nobody is asked who they are.</param>
public sealed class Http2ConnectionHandler(
    UnaryService? unary, ConnectionLimits limits, ILogger<Http2ConnectionHandler> logger, Func<ConnectionContext, UnaryCallers>? callers = null) : ConnectionHandler
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly UnfinishedBodies _unfinished = new();
    private IRequestRunner? _application;

    /// <summary>Sets what answers the requests that are not unary calls. Before the first connection.</summary>
    public void Serve<TContext>(IHttpApplication<TContext> application) where TContext : notnull => _application = new ApplicationRunner<TContext>(application);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var application = _application ?? throw new InvalidOperationException("there is no application to serve");
        var requests = new Dispatcher(application, new ConnectionFeatures(connection), logger);
        var http2 = new Http2Connection(connection.Transport, unary, requests, limits, _unfinished, callers?.Invoke(connection));
        connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(_ => Watch(http2, connection), this);
        // The server's heartbeat ends when it stops, before its connections do.
        await using var seconds = new Timer(_ => Watch(http2, connection));
        using var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .UnsafeRegister(static state => End(((Http2Connection, Timer))state!), (http2, seconds));
        await http2.RunAsync();
    }

    private static void End((Http2Connection Connection, Timer Seconds) ending)
    {
        ending.Connection.Drain();
        ending.Seconds.Change(Second, Second);
    }

    private static void Watch(Http2Connection http2, ConnectionContext connection)
    {
        if (http2.OnSecond()) connection.Abort(new ConnectionAbortedException("The peer does not take what it is sent."));
    }

    private sealed class Dispatcher(IRequestRunner application, ConnectionFeatures connection, ILogger logger) : IRequestDispatcher
    {
        public Http2Stream Create(RequestHead head) => new RequestStream(head, application, connection, logger);
    }
}
