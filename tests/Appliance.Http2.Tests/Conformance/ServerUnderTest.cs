using System.Net;
using Appliance.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>The server that the tests of this folder are about, on a free port of this machine. The only file that knows what serves.</summary>
public sealed class ServerUnderTest : IAsyncDisposable
{
    /// <summary>A path that is served by the application.</summary>
    public const string OrdinaryPath = "/conformance/echo";

    /// <summary>A path that a server may serve in a way made for unary gRPC calls; it echoes too.</summary>
    public const string UnaryPath = "/conformance.Echo/Unary";

    /// <summary>A path whose application neither reads nor answers.</summary>
    public const string HoldingPath = "/conformance/hold";

    private readonly KestrelServer _server;
    private readonly SocketLoopTransport _sockets;

    private ServerUnderTest(KestrelServer server, SocketLoopTransport sockets) => (_server, _sockets) = (server, sockets);

    public int Port { get; private set; }

    public static async Task<ServerUnderTest> StartAsync()
    {
        var application = new EchoApplication();
        var http2 = new Http2ConnectionHandler(new EchoService(), new ConnectionLimits { MaxStreams = 128 }, NullLogger<Http2ConnectionHandler>.Instance);
        http2.Serve(application);
        var options = new KestrelServerOptions();
        options.Listen(IPAddress.Loopback, 0, listen => listen.Run(http2.OnConnectedAsync));
        var sockets = new SocketLoopTransport(new TransportBlocks(), NullLogger<SocketLoopTransport>.Instance);
        var server = new ServerUnderTest(new KestrelServer(Options.Create(options), sockets, NullLoggerFactory.Instance), sockets);
        await server._server.StartAsync(application, CancellationToken.None);
        server.Port = new Uri(server._server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()).Port;
        return server;
    }

    /// <summary>Stops in good order: what was begun is ended, within the limit.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var hurry = new CancellationTokenSource(limit);
        await _server.StopAsync(hurry.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _server.Dispose();
        _sockets.Dispose();
    }
}
