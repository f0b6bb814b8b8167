using System.Net;
using System.Text;
using EndToEnd.Tests.Malformed;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>Bodies that are no request, or far too much of one: each is refused with the protocol's error body, and the process takes no harm.</summary>
public sealed class MalformedBodyTests(GuardedAppliance guarded, ITestOutputHelper output) : IClassFixture<GuardedAppliance>
{
    private const int Limit = 64 << 20;

    private static readonly InferBody Json = new InferBody().WithFlat(GuardedAppliance.Row).WithMember("id", "\"7\"");
    private static readonly InferBody Binary = new InferBody().WithBinary(GuardedAppliance.Row).WithBinaryOutputs();

    [Fact]
    public async Task JSON_cut_anywhere_is_refused()
    {
        var appliance = await guarded.StartedAsync();
        for (var length = 0; length < Json.Bytes.Length; length++)
        {
            var reply = await appliance.InferAsync("identity", Json.Bytes[..length], jsonLength: null);
            Assert.True(reply.Status == HttpStatusCode.BadRequest && reply.Error().Length > 0, $"cut after {length} bytes: {reply.Status} {reply.Body}");
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task Binary_tensors_cut_anywhere_are_refused()
    {
        var appliance = await guarded.StartedAsync();
        for (var length = 0; length < Binary.Bytes.Length; length++)
        {
            var reply = await appliance.InferAsync("identity", Binary.Bytes[..length], $"{Binary.JsonLength}");
            Assert.True(reply.Status == HttpStatusCode.BadRequest && reply.Error().Length > 0, $"cut after {length} bytes: {reply.Status} {reply.Body}");
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task Random_bytes_are_refused()
    {
        var appliance = await guarded.StartedAsync();
        var random = Seeded();
        for (var i = 0; i < 1000; i++)
        {
            var garbage = new byte[random.Next(1, 400)];
            random.NextBytes(garbage);
            var reply = await appliance.InferAsync("identity", garbage, i % 2 == 0 ? null : $"{random.Next(1, garbage.Length + 1)}");
            Assert.True(reply.Status == HttpStatusCode.BadRequest && reply.Error().Length > 0, $"{Convert.ToHexString(garbage)}: {reply.Status} {reply.Body}");
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_valid_body_with_changed_bytes_is_answered_or_refused()
    {
        var appliance = await guarded.StartedAsync();
        var random = Seeded();
        for (var i = 0; i < 2000; i++)
        {
            var body = i % 2 == 0 ? Json : Binary;
            var changed = body.Bytes;
            for (var n = random.Next(1, 4); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            var reply = await appliance.InferAsync("identity", changed, i % 2 == 0 ? null : $"{body.JsonLength}");
            Assert.True(
                reply.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented, $"{Convert.ToHexString(changed)}: {reply.Status} {reply.Body}");
        }
        await guarded.IsUnharmedAsync();
    }

    public static TheoryData<string, string> DeepBodies => new()
    {
        { "data", $$"""{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":[1],"data":{{Deep}}}]}""" },
        { "shape", $$"""{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":{{Deep}},"data":[1]}]}""" },
        { "parameters", $$"""{"parameters":{"a":{{Deep}}},"inputs":[]}""" },
        { "an unknown member", $$"""{"a":{{Deep}},"inputs":[]}""" },
        { "everything", Deep },
        { "objects", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) },
    };

    private static string Deep => new string('[', 100_000) + new string(']', 100_000);

    [Theory, MemberData(nameof(DeepBodies), DisableDiscoveryEnumeration = true)]
    public async Task Deep_JSON_is_refused(string what, string json)
    {
        var appliance = await guarded.StartedAsync();
        foreach (var path in new[] { "/v2/models/identity/infer", "/v2/repository/index", "/v2/repository/models/identity/load" })
        {
            var reply = await appliance.PostAsync(path, json);
            Assert.True(reply.Status == HttpStatusCode.BadRequest && reply.Error().Length > 0, $"{what}: {reply.Status} {reply.Body}");
        }
        await guarded.IsUnharmedAsync();
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("99999999")]
    [InlineData("99999999999999999999")]
    [InlineData("12,13")]
    public async Task A_header_length_that_is_none_is_named(string length)
    {
        var appliance = await guarded.StartedAsync();
        var reply = await appliance.InferAsync("identity", Binary.Bytes, length);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal($"header {RestReply.LengthHeader} is '{length}'; it must be a whole number up to the body's {Binary.Bytes.Length} bytes", reply.Error());
        await guarded.IsUnharmedAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(5)]
    public async Task A_header_length_that_is_off_is_refused(int off)
    {
        var appliance = await guarded.StartedAsync();
        var reply = await appliance.InferAsync("identity", Binary.Bytes, $"{Binary.JsonLength + off}");
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.NotEmpty(reply.Error());
        Assert.Equal(HttpStatusCode.BadRequest, (await appliance.InferAsync("identity", Binary.Bytes, null)).Status);
        await guarded.IsUnharmedAsync();
    }

    [Theory]
    [InlineData(4, "Expected 12, got 4")]
    [InlineData(16, "Expected 12, got 16")]
    [InlineData(0, "Expected 12, got 0")]
    public async Task Binary_data_of_another_size_than_the_shape_says_is_refused(int bytes, string sentence)
    {
        var appliance = await guarded.StartedAsync();
        var reply = await appliance.InferAsync("identity", new InferBody().WithBinary(GuardedAppliance.Row with { Raw = new byte[bytes] }), withHeader: true);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(sentence, reply.Error());
        await guarded.IsUnharmedAsync();
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 5, 0, 0, 0, 65 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 65 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 65, 9 })]
    public async Task Binary_strings_with_lengths_that_do_not_add_up_are_refused(byte[] raw)
    {
        var appliance = await guarded.StartedAsync();
        var reply = await appliance.InferAsync("strings", new InferBody().WithBinary(new TensorValue(OnnxModels.Input, "BYTES", [1, 1], raw)));
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(OnnxModels.Input, reply.Error());
        await guarded.IsUnharmedAsync();
    }

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
        await guarded.IsUnharmedAsync();
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
        await guarded.IsUnharmedAsync();
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

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
