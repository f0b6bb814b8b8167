using System.Text.Json;

namespace Appliance.Host.Tests.Rest;

/// <summary>Lets every answer that a test receives through only if it is what the API description says.</summary>
internal sealed class DocumentedHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var response = await base.SendAsync(request, cancellation);
        if (request.Method == HttpMethod.Head) return response;
        await response.Content.LoadIntoBufferAsync(cancellation);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        var json = response.Headers.TryGetValues("Inference-Header-Content-Length", out var length) ? bytes[..int.Parse(length.Single())] : bytes;
        Assert.Equal(bytes.Length, response.Content.Headers.ContentLength);
        var body = JsonDocument.Parse(json).RootElement;
        var errors = OpenApiDocument.Served.Check(
            request.Method.Method, request.RequestUri!.AbsolutePath, (int)response.StatusCode, response.Content.Headers.ContentType!.MediaType!, body);
        Assert.True(errors.Count == 0, $"{request.Method} {request.RequestUri.AbsolutePath}: {string.Join("; ", errors)}");
        return response;
    }
}
