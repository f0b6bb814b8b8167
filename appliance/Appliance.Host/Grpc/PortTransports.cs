using System.Net;
using Appliance.Host.Rest.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Grpc;

/// <summary>
/// The bytes of the gRPC port, and of REST's without TLS, are read, taken apart, answered and sent on the thread that the system woke for them:
/// handing them from thread to thread costs several times what serving a call does (docs/decisions/0007-own-http2.md). Of REST's requests only
/// short inferences stay there (<see cref="ConnectionThread"/>); the other ports' requests run on the thread pool.
/// </summary>
internal sealed class PortTransports(IOptionsFactory<SocketTransportOptions> options, ILoggerFactory logging) : IConnectionListenerFactory
{
    // Read by the runtime once, when the first socket of the process is used.
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private readonly SocketTransportFactory _pooled = new(Options.Create(options.Create(Options.DefaultName)), logging);
    private readonly SocketTransportFactory _inline = new(Options.Create(Inline(options)), logging);

    /// <summary>Has sockets complete on the thread that the system woke. Before the first socket is used; an operator's own setting is kept.</summary>
    public static void CompleteInline()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null) Environment.SetEnvironmentVariable(InlineCompletions, "1");
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        (endpoint is GrpcEndPoint or RestEndPoint ? _inline : _pooled).BindAsync(endpoint, cancellationToken);

    private static SocketTransportOptions Inline(IOptionsFactory<SocketTransportOptions> factory)
    {
        var options = factory.Create(Options.DefaultName);
        options.UnsafePreferInlineScheduling = true;
        return options;
    }
}
