using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace TestKit;

/// <summary>Lets every JSON answer that a test receives through only if it is what the API description says.</summary>
public sealed class DocumentedHandler(OpenApiDocument document) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var response = await base.SendAsync(request, cancellation);
        if (request.Method == HttpMethod.Head) return response;
        await response.Content.LoadIntoBufferAsync(cancellation);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        var call = $"{request.Method} {request.RequestUri!.AbsolutePath}";
        if (bytes.Length != response.Content.Headers.ContentLength) throw new InvalidDataException($"{call}: no length, or a wrong one");
        var errors = document.Check(
            request.Method.Method, request.RequestUri.AbsolutePath, (int)response.StatusCode, TypeOf(response.Content.Headers), Json(response.Headers, bytes));
        return errors.Count == 0 ? response : throw new InvalidDataException($"{call}: {string.Join("; ", errors)}");
    }

    private static string TypeOf(HttpContentHeaders headers) => headers.ContentType?.MediaType ?? "no content type";

    // Binary tensors stand behind the JSON, whose length is then in a header.
    private static JsonElement Json(HttpResponseHeaders headers, byte[] body)
    {
        var length = headers.TryGetValues("Inference-Header-Content-Length", out var values) ? int.Parse(values.Single(), CultureInfo.InvariantCulture) : body.Length;
        return JsonDocument.Parse(body.AsMemory(0, length)).RootElement;
    }
}
