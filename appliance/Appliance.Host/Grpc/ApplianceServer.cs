using Appliance.Http2;
using Appliance.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Grpc;

/// <summary>Kestrel, whose gRPC port is served by <see cref="Http2ConnectionHandler"/> with the application that the host runs on all ports.</summary>
internal sealed class ApplianceServer(
    IOptions<KestrelServerOptions> options, IOptions<SocketTransportOptions> pooled, SocketLoopTransport inline, Http2ConnectionHandler http2, ILoggerFactory logging) : IServer
{
    private readonly KestrelServer _kestrel = new(options, new PortTransports(new SocketTransportFactory(pooled, logging), inline), logging);

    public IFeatureCollection Features => _kestrel.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull
    {
        http2.Serve(application);
        return _kestrel.StartAsync(application, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _kestrel.StopAsync(cancellationToken);

    public void Dispose() => _kestrel.Dispose();
}
