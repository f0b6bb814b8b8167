using Appliance.Host.Health;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Grpc;

/// <summary>Kestrel, with <see cref="InferFirstApplication{TContext}"/> in front of what the host runs on it.</summary>
internal sealed class InferFirstServer(
    IOptions<KestrelServerOptions> options, IConnectionListenerFactory transport, ILoggerFactory logging, ModelInferHandler infer, GracefulStop stop) : IServer
{
    private readonly KestrelServer _kestrel = new(options, transport, logging);

    public IFeatureCollection Features => _kestrel.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull =>
        _kestrel.StartAsync(new InferFirstApplication<TContext>(application, infer, stop), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _kestrel.StopAsync(cancellationToken);

    public void Dispose() => _kestrel.Dispose();
}
