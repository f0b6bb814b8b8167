using Appliance.LoadGen.Arrivals;
using Appliance.LoadGen.Http2;
using Appliance.LoadGen.Recording;

namespace Appliance.LoadGen.Targets;

/// <summary>Spreads unary gRPC calls over several connections, in turn or by a choice of its own. Driven by one thread.</summary>
internal sealed class GrpcTarget : ILoadTarget, IDisposable
{
    private readonly Http2Connection[] _connections;
    private readonly ZipfChoice? _choice;
    private int _next;

    private GrpcTarget(Http2Connection[] connections, ZipfChoice? choice) => (_connections, _choice) = (connections, choice);

    /// <summary>Connections that all make the same call, in turn.</summary>
    public static GrpcTarget Connect(Uri url, RequestTemplate template, int connections, LoadRecorder recorder) =>
        new([.. Enumerable.Range(0, connections).Select(_ => Http2Connection.Connect(url, template, recorder))], null);

    /// <summary>A connection for each call, which is chosen by Zipf's law.</summary>
    public static GrpcTarget Connect(Uri url, IEnumerable<RequestTemplate> templates, LoadRecorder recorder, int seed)
    {
        Http2Connection[] connections = [.. templates.Select(template => Http2Connection.Connect(url, template, recorder))];
        return new(connections, new ZipfChoice(connections.Length, seed));
    }

    public void Submit(long due)
    {
        var at = _choice?.Next() ?? _next;
        _connections[at].Submit(due);
        if (_choice is null) _next = (_next + 1) % _connections.Length;
    }

    public void Flush()
    {
        foreach (var connection in _connections)
        {
            connection.Flush();
        }
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }
}
