using System.Net;
using Appliance.Http2.Calls;
using Appliance.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Appliance.Http2.Tests.Endings;

/// <summary>A server of the test's own application, calls and limits.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly SocketLoopTransport _sockets;

    private ScriptedServer(KestrelServer server, SocketLoopTransport sockets) => (_server, _sockets) = (server, sockets);

    public int Port { get; private set; }

    public static async Task<ScriptedServer> StartAsync(
        Func<IFeatureCollection, Task> serve, UnaryService? unary = null, ConnectionLimits? limits = null, UnaryCallers? callers = null)
    {
        var application = new Application(serve);
        var http2 = new Http2ConnectionHandler(unary, limits ?? new ConnectionLimits(), NullLogger<Http2ConnectionHandler>.Instance, callers is null ? null : _ => callers);
        http2.Serve(application);
        var options = new KestrelServerOptions();
        options.Listen(IPAddress.Loopback, 0, listen => listen.Run(http2.OnConnectedAsync));
        var sockets = new SocketLoopTransport(new TransportBlocks(), NullLogger<SocketLoopTransport>.Instance);
        var server = new ScriptedServer(new KestrelServer(Options.Create(options), sockets, NullLoggerFactory.Instance), sockets);
        await server._server.StartAsync(application, CancellationToken.None);
        server.Port = new Uri(server._server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()).Port;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.Zero);
        await _server.StopAsync(hurry.Token);
        _server.Dispose();
        _sockets.Dispose();
    }

    private sealed class Application(Func<IFeatureCollection, Task> serve) : IHttpApplication<IFeatureCollection>
    {
        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;
        public Task ProcessRequestAsync(IFeatureCollection context) => serve(context);
        public void DisposeContext(IFeatureCollection context, Exception? exception) { }
    }
}
