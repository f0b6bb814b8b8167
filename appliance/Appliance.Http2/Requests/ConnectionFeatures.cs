using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Http2.Requests;

/// <summary>What a connection's requests know of it. Immutable but for what ASP.NET demands to be settable.</summary>
internal sealed class ConnectionFeatures(ConnectionContext connection) : IHttpConnectionFeature
{
    public IFeatureCollection Features => connection.Features;
    public string ConnectionId { get; set; } = connection.ConnectionId;
    public IPAddress? RemoteIpAddress { get; set; } = (connection.RemoteEndPoint as IPEndPoint)?.Address;
    public IPAddress? LocalIpAddress { get; set; } = (connection.LocalEndPoint as IPEndPoint)?.Address;
    public int RemotePort { get; set; } = (connection.RemoteEndPoint as IPEndPoint)?.Port ?? 0;
    public int LocalPort { get; set; } = (connection.LocalEndPoint as IPEndPoint)?.Port ?? 0;
}
