using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Requests whose frames are right and whose fields are not.</summary>
[Trait("RFC 9113", "8.1 to 8.3")]
public sealed class MalformedRequestTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string[] Paths = [ServerUnderTest.OrdinaryPath, ServerUnderTest.UnaryPath];

    public static TheoryData<string> FieldCases => new(Cases(Paths[0]).Keys);

    [Theory, MemberData(nameof(FieldCases))]
    public async Task A_request_with_fields_that_are_not_allowed_is_malformed(string what)
    {
        foreach (var path in Paths)
        {
            await using var client = await server.OpenAsync();
            var block = Request.Block(Cases(path)[what]);
            await client.SendAsync(RawFrames.Headers(1, block), RawFrames.Data(1, Request.Message(30), RawFrames.EndStream));
            await Verdict.MalformedAsync(client, 1);
        }
    }

    [Fact]
    [Trait("RFC 9113", "8.2.1")]
    public async Task A_field_without_a_name_is_refused()
    {
        foreach (var path in Paths)
        {
            await using var client = await server.OpenAsync();
            await client.SendAsync(Request.Whole(1, [.. Request.Fields(path), ("", "1")]));
            // No name at all is wrong by RFC 9110 (section 5.1) and by no rule of HTTP/2 or HPACK, so either may refuse it.
            await Verdict.MalformedAsync(client, 1, ErrorCode.CompressionError);
        }
    }

    [Theory]
    [InlineData(":method", "POST")]
    [InlineData(":status", "200")]
    [InlineData(":other", "1")]
    [InlineData("X-Checksum", "1")]
    [InlineData("connection", "close")]
    [Trait("RFC 9113", "8.1")]
    public async Task Trailers_with_fields_that_are_not_allowed_are_malformed(string name, string value)
    {
        foreach (var path in Paths)
        {
            await using var client = await server.OpenAsync();
            await client.SendAsync(Request.Open(1, path), RawFrames.Data(1, Request.Message(30)), Request.Whole(1, (name, value)));
            await Verdict.MalformedAsync(client, 1);
        }
    }

    [Fact]
    [Trait("RFC 9113", "8.1")]
    public async Task Second_headers_that_do_not_end_the_stream_are_malformed()
    {
        foreach (var path in Paths)
        {
            await using var client = await server.OpenAsync();
            await client.SendAsync(Request.Open(1, path), RawFrames.Data(1, Request.Message(30)), RawFrames.Headers(1, Request.Block(("x-checksum", "1"))));
            await client.TrySendAsync(RawFrames.Data(1, [], RawFrames.EndStream));
            await Verdict.MalformedAsync(client, 1);
        }
    }

    [Theory]
    [InlineData("5", new[] { 3 })]
    [InlineData("2", new[] { 3 })]
    [InlineData("10", new[] { 3, 3, 3 })]
    [InlineData("8", new[] { 3, 3, 3 })]
    [InlineData("0", new[] { 1 })]
    [InlineData("1", new[] { 0 })]
    [Trait("RFC 9113", "8.1.1")]
    public async Task A_body_of_another_length_than_stated_is_malformed(string stated, int[] pieces)
    {
        foreach (var path in Paths)
        {
            await using var client = await server.OpenAsync();
            await client.SendAsync(Request.Open(1, path, ("content-length", stated)));
            await client.TrySendAsync(RawFrames.Together(pieces.Select((p, i) => RawFrames.Data(1, new byte[p], i == pieces.Length - 1 ? RawFrames.EndStream : (byte)0))));
            await Verdict.MalformedAsync(client, 1);
        }
    }

    [Fact]
    [Trait("RFC 9113", "8.1.1")]
    public async Task Headers_alone_that_state_a_body_are_malformed()
    {
        foreach (var path in Paths)
        {
            await using var client = await server.OpenAsync();
            await client.SendAsync(Request.Whole(1, [.. Request.Fields(path), ("content-length", "7")]));
            await Verdict.MalformedAsync(client, 1);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("five")]
    [InlineData("99999999999999999999999")]
    public async Task A_stated_length_that_is_no_number_is_refused(string stated)
    {
        foreach (var path in Paths)
        {
            await using var client = await server.OpenAsync();
            await client.SendAsync(Request.Open(1, path, ("content-length", stated)));
            await client.TrySendAsync(RawFrames.Data(1, new byte[5], RawFrames.EndStream));
            await Verdict.MalformedAsync(client, 1);
        }
    }

    [Theory]
    [InlineData("host", "localhost")]
    [InlineData("te", "trailers")]
    [InlineData("cookie", "a=1")]
    [InlineData("x-empty", "")]
    [InlineData("x-utf8", "\u00c3\u00a9")]
    [InlineData("x-inner-space", "a b\tc")]
    [InlineData("!#$%&'*+-.^_`|~09az", "every character of a name")]
    public async Task Fields_out_of_the_ordinary_that_are_allowed_do_no_harm(string name, string value)
    {
        foreach (var path in Paths)
        {
            await using var client = await server.OpenAsync();
            var body = Request.Message(30);
            await client.SendAsync(Request.Open(1, path, (name, value)), RawFrames.Data(1, body, RawFrames.EndStream));
            await Verdict.EchoAsync(client, 1, body);
        }
    }

    private static Dictionary<string, (string, string)[]> Cases(string path)
    {
        (string, string) method = (":method", "POST"), scheme = (":scheme", "http"), authority = (":authority", "localhost"), where = (":path", path);
        (string, string)[] pseudo = [method, scheme, authority, where], rest = [("content-type", "application/grpc"), ("te", "trailers")];
        (string, string)[] With(params (string, string)[] more) => [.. pseudo, .. rest, .. more];
        return new()
        {
            ["8.2.1: a name in upper case"] = With(("X-Upper", "1")),
            ["8.2.1: a name with one letter in upper case"] = With(("content-tYpe", "1")),
            ["8.2.1: a name with a space"] = With(("x y", "1")),
            ["8.2.1: a name with a control character"] = With(("x\u0001", "1")),
            ["8.2.1: a name beyond ASCII"] = With(("x\u00e9", "1")),
            ["8.2.1: a name with a colon inside"] = With(("x:y", "1")),
            ["8.2.1: a value with NUL"] = With(("x-value", "a\0b")),
            ["8.2.1: a value with a line feed"] = With(("x-value", "a\nb: c")),
            ["8.2.1: a value with a carriage return"] = With(("x-value", "a\rb")),
            ["8.2.1: a value that starts with a space"] = With(("x-value", " a")),
            ["8.2.1: a value that ends with a tab"] = With(("x-value", "a\t")),
            ["8.2.2: connection"] = With(("connection", "keep-alive")),
            ["8.2.2: proxy-connection"] = With(("proxy-connection", "keep-alive")),
            ["8.2.2: keep-alive"] = With(("keep-alive", "timeout=5")),
            ["8.2.2: transfer-encoding"] = With(("transfer-encoding", "chunked")),
            ["8.2.2: upgrade"] = With(("upgrade", "websocket")),
            ["8.2.2: te with another value"] = [.. pseudo, rest[0], ("te", "trailers, deflate;q=0.5")],
            ["8.3: an unknown pseudo-header"] = [.. pseudo, (":other", "1"), .. rest],
            ["8.3: the pseudo-header of answers"] = [.. pseudo, (":status", "200"), .. rest],
            ["8.3: a pseudo-header behind a field"] = [method, scheme, authority, rest[0], where, rest[1]],
            ["8.3: a pseudo-header behind all fields"] = [method, scheme, where, .. rest, authority],
            ["8.3: the method twice"] = [method, .. pseudo, .. rest],
            ["8.3: the scheme twice"] = [scheme, .. pseudo, .. rest],
            ["8.3: the path twice"] = [where, .. pseudo, .. rest],
            ["8.3: the authority twice"] = [authority, .. pseudo, .. rest],
            ["8.3.1: no method"] = [scheme, authority, where, .. rest],
            ["8.3.1: no scheme"] = [method, authority, where, .. rest],
            ["8.3.1: no path"] = [method, scheme, authority, .. rest],
            ["8.3.1: no pseudo-header at all"] = rest,
            ["8.3.1: an empty path"] = [method, scheme, authority, (":path", ""), .. rest],
            ["8.3.1: a path without a slash"] = [method, scheme, authority, (":path", path[1..]), .. rest],
            ["8.3.1: an empty method"] = [(":method", ""), scheme, authority, where, .. rest],
            ["8.5: a CONNECT with a path"] = [(":method", "CONNECT"), authority, where, .. rest],
        };
    }
}
