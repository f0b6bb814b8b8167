using System.Net;
using EndToEnd.Tests.Malformed;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>Bodies at the limit of 64 MiB, in a process that nothing else is asked of.</summary>
public sealed class LargeBodyTests(GuardedAppliance guarded) : IClassFixture<GuardedAppliance>
{
    private const int Limit = 64 << 20;

    private static readonly InferBody Json = new InferBody().WithFlat(GuardedAppliance.Row);

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_answered_and_one_byte_more_is_refused()
    {
        var appliance = await guarded.StartedAsync();
        for (var round = 0; round < 2; round++)
        {
            foreach (var chunked in new[] { false, true })
            {
                using var whole = await SendAsync(appliance, BodyOf(Limit, out var floats), chunked);
                Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
                Assert.Equal(floats * 4, Assert.Single((await RestReply.ReadAsync(whole)).Outputs()).Raw.Length);
                using var over = await SendAsync(appliance, BodyOf(Limit + 1, out _), chunked);
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, over.StatusCode);
                Assert.Equal($"the request body is larger than the {Limit} bytes that Rest:MaxRequestBytes allows", (await RestReply.ReadAsync(over)).Error());
            }
        }
        await AnswersOnAsync(appliance);
    }

    [Fact]
    public async Task JSON_of_exactly_the_limit_is_answered_and_one_byte_more_is_refused()
    {
        var appliance = await guarded.StartedAsync();
        var padded = new byte[Limit + 1];
        padded.AsSpan().Fill((byte)' ');
        Json.Bytes.CopyTo(padded, 0);
        Assert.Equal(GuardedAppliance.Row.Raw, Assert.Single((await appliance.InferAsync("identity", padded[..Limit], null)).Outputs()).Raw);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await appliance.InferAsync("identity", padded, null)).Status);
        await AnswersOnAsync(appliance);
    }

    private static async Task<HttpResponseMessage> SendAsync(ApplianceProcess appliance, (byte[] Bytes, int JsonLength) body, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/identity/infer") { Content = new ByteArrayContent(body.Bytes) };
        request.Headers.Add(RestReply.LengthHeader, $"{body.JsonLength}");
        request.Headers.TransferEncodingChunked = chunked;
        // A server that refuses closes the connection without reading on: the client must wait for its word before it sends.
        request.Headers.ExpectContinue = !chunked;
        return await appliance.Http.SendAsync(request);
    }

    /// <summary>A valid request of so many bytes: as many floats as fit, and an id that fills the rest.</summary>
    private static (byte[] Bytes, int JsonLength) BodyOf(int bytes, out int floats)
    {
        floats = (bytes - 400) / 4;
        var body = new InferBody().WithBinary(new TensorValue(OnnxModels.Input, "FP32", [1, floats], new byte[floats * 4])).WithBinaryOutputs();
        var id = new string('x', bytes - body.Bytes.Length - ",\"id\":\"\"".Length);
        body.WithMember("id", $"\"{id}\"");
        return (body.Bytes, body.JsonLength);
    }

    private static async Task AnswersOnAsync(ApplianceProcess appliance) =>
        Assert.Equal(GuardedAppliance.Row.Raw, Assert.Single((await appliance.InferAsync("identity", Json)).Outputs()).Raw);
}
