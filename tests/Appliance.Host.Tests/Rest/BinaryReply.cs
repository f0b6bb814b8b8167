using System.Net;
using System.Text.Json;

namespace Appliance.Host.Tests.Rest;

/// <summary>An answer taken apart as clients do: the JSON, and the bytes behind it.</summary>
/// <param name="JsonLength">The answer's Inference-Header-Content-Length; null where it has none.</param>
internal sealed record BinaryReply(HttpStatusCode Status, JsonElement Body, int? JsonLength, string? ContentType, byte[] Tensors)
{
    public static async Task<BinaryReply> ReadAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        int? length = response.Headers.TryGetValues("Inference-Header-Content-Length", out var values) ? int.Parse(values.Single()) : null;
        var json = JsonDocument.Parse(bytes.AsMemory(0, length ?? bytes.Length)).RootElement;
        return new BinaryReply(response.StatusCode, json, length, response.Content.Headers.ContentType?.MediaType, bytes[(length ?? bytes.Length)..]);
    }
}
