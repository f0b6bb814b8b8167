using System.Net;

namespace Appliance.Host.Rest.Transport;

/// <summary>Where REST listens without TLS. A type of its own, so that the transport can tell it from the other ports, which may all be 0.</summary>
internal sealed class RestEndPoint(IPAddress address, int port) : IPEndPoint(address, port);
