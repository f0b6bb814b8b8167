using System.Net;

namespace Appliance.Host.Grpc;

/// <summary>Where gRPC listens. A type of its own, so that the transport can tell it from the other ports, which may all be 0.</summary>
internal sealed class GrpcEndPoint(IPAddress address, int port) : IPEndPoint(address, port);
