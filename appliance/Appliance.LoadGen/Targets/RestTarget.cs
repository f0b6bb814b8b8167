using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Appliance.LoadGen.Http2;
using Appliance.LoadGen.Recording;

namespace Appliance.LoadGen.Targets;

/// <summary>Posts a JSON body over a fixed number of HTTP/1.1 connections; what finds them all busy waits its turn, and that wait counts.</summary>
internal sealed class RestTarget(Uri address, byte[] body, string? apiKey, int connections, LoadRecorder recorder) : ILoadTarget, IDisposable
{
    private static readonly MediaTypeHeaderValue _json = new("application/json");

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = connections,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    });

    public void Submit(long due) => _ = SendAsync(due);

    public void Flush()
    {
        // Each request is already on its way.
    }

    public void Dispose() => _invoker.Dispose();

    private async Task SendAsync(long due)
    {
        int status;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Version = HttpVersion.Version11 };
            if (apiKey is not null) request.Headers.TryAddWithoutValidation(RequestTemplate.KeyHeader, apiKey);
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = _json } };
            using var response = await _invoker.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
            await response.Content.CopyToAsync(Stream.Null).ConfigureAwait(false);
            status = (int)response.StatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            status = LoadStatus.ConnectionLost;
        }
        recorder.Completed(due, Stopwatch.GetTimestamp(), status);
    }
}
