using EndToEnd.Tests.Malformed;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>Peers that break the rules of HTTP/1.1, stop in the middle or never come to an end: their connection ends, nobody else's does.</summary>
public sealed class OddHttp1Tests(GuardedAppliance guarded) : IClassFixture<GuardedAppliance>
{
    private const string Infer = "/v2/models/identity/infer";
    private const int Callers = 100;

    private static readonly byte[] Body = new InferBody().WithFlat(GuardedAppliance.Row).Bytes;

    [Theory]
    [InlineData("Content-Length: 10000000000", "413")]
    [InlineData("Content-Length: 67108865", "413")]
    [InlineData("Content-Length: -1", "400")]
    [InlineData("Content-Length: ten", "400")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6", "400")]
    [InlineData("Transfer-Encoding: nonsense", "400")]
    [InlineData("Host: another", "400")]
    public async Task A_head_that_cannot_be_right_is_refused_before_the_body_comes(string header, string status)
    {
        using var connection = await OpenAsync();
        await connection.SendAsync(Http1Socket.Head(Infer, header));
        Assert.StartsWith($"HTTP/1.1 {status} ", await connection.ReadToEndAsync());
        await guarded.IsUnharmedAsync();
    }

    public static TheoryData<string, string> BrokenLines => new()
    {
        { "nothing of HTTP", "hello\r\n\r\n" },
        { "another version", "GET /v2 HTTP/9.9\r\nHost: h\r\n\r\n" },
        { "no host", "GET /v2 HTTP/1.1\r\n\r\n" },
        { "no path", "GET HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a path with NUL", "GET /v2/\0 HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a line of 300 kB", $"GET /{new string('a', 300_000)} HTTP/1.1\r\nHost: h\r\n\r\n" },
        { "a header of 100 kB", $"GET /v2 HTTP/1.1\r\nHost: h\r\nX: {new string('a', 100_000)}\r\n\r\n" },
        { "a thousand headers", $"GET /v2 HTTP/1.1\r\nHost: h\r\n{string.Concat(Enumerable.Range(0, 1000).Select(i => $"X{i}: 1\r\n"))}\r\n" },
        { "a header without a colon", "GET /v2 HTTP/1.1\r\nHost: h\r\nnothing\r\n\r\n" },
        { "a header with NUL", "GET /v2 HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n" },
        { "the greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
        { "a TLS greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + new string('a', 600) },
    };

    [Theory, MemberData(nameof(BrokenLines), DisableDiscoveryEnumeration = true)]
    public async Task A_head_that_is_none_ends_its_connection(string what, string head)
    {
        using var connection = await OpenAsync();
        await connection.SendAsFarAsTakenAsync(System.Text.Encoding.Latin1.GetBytes(head));
        var answer = await connection.ReadToEndAsync();
        // The greeting of HTTP/2 is answered in HTTP/2, by a frame that says that it is not spoken here.
        Assert.True(
            answer.Length == 0 || answer[0] == '\0' || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{what}: {answer}");
        await guarded.IsUnharmedAsync();
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("2\r\nabcdef\r\n0\r\n\r\n")]
    public async Task A_chunk_that_is_none_is_answered_400_in_the_protocols_error_body(string chunks)
    {
        using var connection = await OpenAsync();
        await connection.SendAsync(Http1Socket.Head(Infer, "Transfer-Encoding: chunked"));
        await connection.SendAsync(chunks);
        var answer = await connection.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("""{"error":""", answer);
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_caller_who_has_sent_everything_and_closed_that_side_is_answered_whole_or_taken_for_gone()
    {
        using var connection = await OpenAsync();
        await connection.SendAsync(Http1Socket.Head(Infer, $"Content-Length: {Body.Length}", "Connection: close"));
        await connection.SendAsync(Body);
        connection.EndSending();
        var answer = await connection.ReadToEndAsync();
        // The server cannot tell a closed side from a closed connection: whichever it notices first decides.
        Assert.True(
            answer.Length == 0 || (answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) && answer.EndsWith("\"data\":[1,2,3]}]}", StringComparison.Ordinal)), answer);
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_body_that_ends_before_its_stated_length_runs_nothing_wherever_it_ends()
    {
        var appliance = await guarded.StartedAsync();
        var before = (await appliance.StatisticsAsync("identity")).InferenceCount;
        for (var length = 0; length < Body.Length; length += 3)
        {
            using var connection = await Http1Socket.ConnectAsync(appliance.HttpPort);
            await connection.SendAsync(Http1Socket.Head(Infer, $"Content-Length: {Body.Length}"));
            await connection.SendAsync(Body.AsMemory(0, length));
            connection.EndSending();
            var answer = await connection.ReadToEndAsync();
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), $"after {length} bytes: {answer}");
        }
        Assert.Equal(before, (await appliance.StatisticsAsync("identity")).InferenceCount);
        await guarded.IsUnharmedAsync();
    }

    [Theory]
    [InlineData(Infer)]
    [InlineData("/v2/repository/index")]
    [InlineData("/api/predict/identity")]
    public async Task Connections_that_end_in_the_middle_of_a_body_are_forgotten(string path)
    {
        var port = (await guarded.StartedAsync()).HttpPort;
        for (var i = 0; i < Callers; i++)
        {
            var connection = await Http1Socket.ConnectAsync(port);
            await connection.SendAsync(Http1Socket.Head(path, $"Content-Length: {Body.Length}"));
            await connection.SendAsync(Body.AsMemory(0, i % Body.Length));
            if (i % 2 == 0) connection.Abort();
            else connection.Dispose();
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task Connections_that_end_right_after_a_whole_request_are_forgotten()
    {
        var port = (await guarded.StartedAsync()).HttpPort;
        for (var i = 0; i < Callers; i++)
        {
            var connection = await Http1Socket.ConnectAsync(port);
            await connection.SendAsync(Http1Socket.Head(Infer, $"Content-Length: {Body.Length}"));
            await connection.SendAsync(Body);
            connection.Abort();
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task Callers_who_never_finish_their_request_hold_nobody_up()
    {
        var appliance = await guarded.StartedAsync();
        var open = new List<Http1Socket>();
        try
        {
            for (var i = 0; i < Callers; i++)
            {
                var connection = await Http1Socket.ConnectAsync(appliance.HttpPort);
                open.Add(connection);
                // Nothing, half a head, a head, half a body.
                if (i % 4 == 1) await connection.SendAsync("POST /v2/mod");
                if (i % 4 >= 2) await connection.SendAsync(Http1Socket.Head(Infer, $"Content-Length: {Body.Length}"));
                if (i % 4 == 3) await connection.SendAsync(Body.AsMemory(0, 20));
            }
            for (var i = 0; i < 50; i++) Assert.Equal(GuardedAppliance.Row.Raw, Assert.Single((await appliance.InferAsync("identity", Body, null)).Outputs()).Raw);
        }
        finally
        {
            foreach (var connection in open) connection.Abort();
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task Requests_sent_without_waiting_are_answered_in_their_order()
    {
        const int Count = 50;
        using var connection = await OpenAsync();
        for (var i = 0; i < Count; i++)
        {
            var body = new InferBody().WithFlat(TensorValue.OfFloats(OnnxModels.Input, [1, 1], i)).WithMember("id", $"\"n{i}\"").Bytes;
            await connection.SendAsync(Http1Socket.Head(Infer, $"Content-Length: {body.Length}", i == Count - 1 ? "Connection: close" : "X: 1"));
            await connection.SendAsync(body);
        }
        var answers = await connection.ReadToEndAsync();
        var at = 0;
        for (var i = 0; i < Count; i++)
        {
            at = answers.IndexOf($"\"id\":\"n{i}\"", at, StringComparison.Ordinal);
            Assert.True(at >= 0, $"no answer to request {i} behind that to the one before");
        }
        await guarded.IsUnharmedAsync();
    }

    private async Task<Http1Socket> OpenAsync() => await Http1Socket.ConnectAsync((await guarded.StartedAsync()).HttpPort);
}
