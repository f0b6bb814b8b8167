using Appliance.LoadGen.Http2;
using Appliance.LoadGen.Recording;

namespace Appliance.LoadGen.Targets;

/// <summary>Spreads unary gRPC calls over several connections in turn. Driven by one thread.</summary>
internal sealed class GrpcTarget : ILoadTarget, IDisposable
{
    private readonly Http2Connection[] _connections;
    private int _next;

    private GrpcTarget(Http2Connection[] connections) => _connections = connections;

    public static GrpcTarget Connect(Uri url, string path, ReadOnlyMemory<byte> body, string? apiKey, int connections, LoadRecorder recorder)
    {
        var template = new RequestTemplate(url, path, body, apiKey);
        return new([.. Enumerable.Range(0, connections).Select(_ => Http2Connection.Connect(url, template, recorder))]);
    }

    public void Submit(long due)
    {
        _connections[_next].Submit(due);
        _next = (_next + 1) % _connections.Length;
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
