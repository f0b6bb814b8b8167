using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Appliance.Host.Rest;
using Appliance.Host.Tests.Rest.V2;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest;

/// <summary>Bodies that callers pack, and answers that are packed for them.</summary>
public sealed class CompressionTests
{
    private const string Infer = "/v2/models/m/infer";
    private const int Floats = 2_000;

    private static readonly byte[] Row = MemoryMarshal.AsBytes(Enumerable.Range(0, Floats).Select(i => (float)i).ToArray().AsSpan()).ToArray();
    private static readonly string Json = $$"""{"inputs":[{"name":"IN","shape":[1,{{Floats}}],"datatype":"FP32","data":[{{string.Join(",", Enumerable.Range(0, Floats))}}]}]}""";

    [Theory]
    [InlineData("gzip", null)]
    [InlineData("deflate", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("identity", "deflate")]
    [InlineData("deflate", "deflate, gzip;q=0.5")]
    [InlineData("deflate", "br")]
    public async Task JSON_goes_both_ways(string sent, string? accepted)
    {
        await using var host = await ServeAsync();
        var (reply, coding) = await PostAsync(host, Pack(Encoding.UTF8.GetBytes(Json), sent), sent, accepted, jsonLength: null);
        Assert.Equal(accepted is null or "br" ? null : accepted.Split(',')[0], coding);
        Assert.Equal(Floats, JsonDocument.Parse(reply).RootElement.GetProperty("outputs")[0].GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task The_binary_extensions_lengths_are_those_of_what_is_not_packed()
    {
        await using var host = await ServeAsync();
        var json = $$$"""{"inputs":[{"name":"IN","shape":[1,{{{Floats}}}],"datatype":"FP32","parameters":{"binary_data_size":{{{Row.Length}}}}}],"parameters":{"binary_data_output":true}}""";
        var (reply, coding) = await PostAsync(host, Pack([.. Encoding.UTF8.GetBytes(json), .. Row], "gzip"), "gzip", "gzip", json.Length);
        Assert.Equal("gzip", coding);
        Assert.Equal(Row, reply[^Row.Length..]);
    }

    [Fact]
    public async Task A_short_answer_is_not_packed()
    {
        await using var host = await ServeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/health/ready") { Headers = { AcceptEncoding = { new("gzip") } } };
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_body_that_unpacks_to_more_than_the_limit_is_too_large()
    {
        await using var host = await ServeAsync(new RestOptions { MaxRequestBytes = 10_000 });
        var (status, error, _) = await RefusalAsync(host, Pack(new byte[10_000_000], "gzip"), "gzip");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "the request body is larger than the 10000 bytes that Rest:MaxRequestBytes allows"), (status, error));
    }

    [Fact]
    public async Task What_is_not_what_it_is_marked_as_is_refused()
    {
        await using var host = await ServeAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "the request body is marked as gzip and is not"), await StatusAsync(host, Encoding.UTF8.GetBytes(Json), "gzip"));
        Assert.Equal(HttpStatusCode.BadRequest, (await StatusAsync(host, Pack(Encoding.UTF8.GetBytes(Json), "deflate")[..^40], "deflate")).Status);
    }

    [Fact]
    public async Task An_unknown_coding_is_refused_with_those_that_are_taken()
    {
        await using var host = await ServeAsync();
        var (status, error, accepted) = await RefusalAsync(host, [1, 2, 3], "br");
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "gzip, deflate"), (status, accepted));
        Assert.Equal("content encoding 'br' is not supported; gzip, deflate and identity are", error);
    }

    private static async Task<RestHost> ServeAsync(RestOptions? options = null)
    {
        var host = await RestHost.StartAsync(options);
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [-1])));
        return host;
    }

    private static async Task<(HttpStatusCode Status, string Error)> StatusAsync(RestHost host, byte[] body, string coding)
    {
        var (status, error, _) = await RefusalAsync(host, body, coding);
        return (status, error);
    }

    private static async Task<(HttpStatusCode Status, string Error, string? Accepted)> RefusalAsync(RestHost host, byte[] body, string coding)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentEncoding = { coding } } };
        using var response = await host.Client.PostAsync(Infer, content, TestContext.Current.CancellationToken);
        var error = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("error").GetString()!;
        return (response.StatusCode, error, response.Headers.TryGetValues("Accept-Encoding", out var accepted) ? string.Join(", ", accepted) : null);
    }

    // By a client that unpacks nothing by itself; the answer's JSON is checked against its description after unpacking by the tests of each call.
    private static async Task<(byte[] Body, string? Coding)> PostAsync(RestHost host, byte[] body, string sent, string? accepted, int? jsonLength)
    {
        using var client = new HttpClient { BaseAddress = host.Client.BaseAddress };
        using var content = new ByteArrayContent(body) { Headers = { ContentEncoding = { sent } } };
        using var request = new HttpRequestMessage(HttpMethod.Post, Infer) { Content = content };
        if (jsonLength is not null) request.Headers.Add("Inference-Header-Content-Length", $"{jsonLength}");
        if (accepted is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        Assert.Equal(bytes.Length, response.Content.Headers.ContentLength);
        var coding = response.Content.Headers.ContentEncoding.SingleOrDefault();
        if (coding is null) return (bytes, null);
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
        var unpacked = new MemoryStream();
        using Stream stream = coding == "gzip" ? new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress) : new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
        await stream.CopyToAsync(unpacked, TestContext.Current.CancellationToken);
        if (jsonLength is null) return (unpacked.ToArray(), coding);
        var length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("m", JsonDocument.Parse(unpacked.ToArray().AsMemory(0, length)).RootElement.GetProperty("model_name").GetString());
        return (unpacked.ToArray(), coding);
    }

    private static byte[] Pack(byte[] content, string coding)
    {
        var packed = new MemoryStream();
        using (Stream stream = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => packed,
        })
        {
            stream.Write(content);
        }
        return packed.ToArray();
    }
}
