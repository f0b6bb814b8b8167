using System.Collections.Concurrent;
using System.Net;
using Contracts.Otlp;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Observability;

/// <summary>A collector of traces on a loopback port: takes OTLP over HTTP and keeps the spans.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly ConcurrentQueue<Span> _spans = new();

    public TraceCollector()
    {
        var port = FreePorts.Take(1)[0];
        Endpoint = $"http://127.0.0.1:{port}/v1/traces";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Endpoint { get; }

    public IReadOnlyList<Span> Spans => [.. _spans];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            foreach (var span in ExportRequest.Parser.ParseFrom(body.ToArray()).ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans)) _spans.Enqueue(span);
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }
}
