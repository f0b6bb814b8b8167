using System.Net;
using Appliance.Host.Rest.Transport;
using Appliance.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Appliance.Host.Grpc;

/// <summary>
/// The bytes of the gRPC port, and of REST's without TLS, are read, taken apart, answered and sent on the thread that the system woke for them:
/// handing them from thread to thread costs several times what serving a call does (docs/decisions/0007-own-http2.md). Of REST's requests only
/// short inferences stay there (<see cref="ConnectionThread"/>); the other ports' requests run on the thread pool.
/// </summary>
internal sealed class PortTransports(SocketTransportFactory pooled, SocketLoopTransport inline) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => endpoint switch
    {
        GrpcEndPoint => inline.BindAsync(endpoint, cancellationToken),
        RestEndPoint => inline.BindToFewAsync(endpoint),
        _ => pooled.BindAsync(endpoint, cancellationToken),
    };
}
