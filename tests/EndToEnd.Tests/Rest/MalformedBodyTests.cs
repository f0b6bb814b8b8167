using System.Net;
using EndToEnd.Tests.Malformed;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>Bodies that are no request, or far too much of one: each is refused with the protocol's error body, and the process takes no harm.</summary>
public sealed class MalformedBodyTests(GuardedAppliance guarded, ITestOutputHelper output) : IClassFixture<GuardedAppliance>
{
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

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
