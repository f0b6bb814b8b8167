using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Rest;

/// <summary>The REST calls that most tests make.</summary>
internal static class RestCalls
{
    public static Task<RestReply> PostAsync(this ApplianceProcess appliance, string path, string json) =>
        appliance.SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public static Task<RestReply> GetAsync(this ApplianceProcess appliance, string path) => appliance.SendAsync(HttpMethod.Get, path, null);

    public static async Task<RestReply> SendAsync(this ApplianceProcess appliance, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await appliance.Http.SendAsync(request);
        return await RestReply.ReadAsync(response);
    }

    /// <summary>Sends the body as it stands; with binary tensors behind the JSON, or with <paramref name="withHeader"/>, its JSON's length goes before it.</summary>
    public static Task<RestReply> InferAsync(this ApplianceProcess appliance, string model, InferBody body, bool withHeader = false) =>
        appliance.InferAsync(model, body.Bytes, withHeader || body.Tensors.Length > 0 ? $"{body.JsonLength}" : null);

    /// <param name="jsonLength">What the header says; null leaves it out.</param>
    public static async Task<RestReply> InferAsync(this ApplianceProcess appliance, string model, byte[] body, string? jsonLength)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{model}/infer") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(jsonLength is null ? "application/json" : "application/octet-stream");
        if (jsonLength is not null) request.Headers.TryAddWithoutValidation(RestReply.LengthHeader, jsonLength);
        using var response = await appliance.Http.SendAsync(request);
        return await RestReply.ReadAsync(response);
    }

    /// <summary>The sentence with which a body is refused; fails the test if the status is another one.</summary>
    public static async Task<string> InferRefusalAsync(this ApplianceProcess appliance, string model, string json, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var reply = await appliance.PostAsync($"/v2/models/{model}/infer", json);
        Assert.True(reply.Status == status, $"{reply.Status}: {reply.Body}");
        return reply.Error();
    }
}
