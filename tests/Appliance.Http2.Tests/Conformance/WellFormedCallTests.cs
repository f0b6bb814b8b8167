using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Every frame that a call may consist of, and those that may come beside it.</summary>
[Trait("RFC 9113", "6 and 8.1")]
public sealed class WellFormedCallTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] Body = Request.Message(64);

    public static TheoryData<string> Paths => PlainBehaviourTests.Paths;

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task A_request_without_a_body_is_answered(string method)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Whole(1, Request.Pseudo(method: method)));
        var answer = await client.ReadAnswerAsync(1);
        Assert.Equal((200, 0), (answer.Status, answer.Length));
    }

    [Theory]
    [InlineData("GET", null)]
    [InlineData("POST", null)]
    [InlineData("POST", "application/json")]
    [InlineData("PUT", "application/grpc")]
    public async Task A_request_to_the_path_of_a_call_that_is_none_is_told_so(string method, string? contentType)
    {
        await using var client = await server.OpenAsync();
        (string, string)[] type = contentType is null ? [] : [("content-type", contentType)];
        await client.SendAsync(RawFrames.Headers(1, Request.Block([.. Request.Pseudo(ServerUnderTest.UnaryPath, method), .. type])), RawFrames.Data(1, "no message"u8, RawFrames.EndStream));
        var answer = client.AnswerTo(1);
        while (!answer.IsOver) await client.ReadFrameAsync();
        Assert.Equal(415, answer.Status);
    }

    public static TheoryData<string, string> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, string>();
            foreach (var name in Calls("/").Keys)
            {
                shapes.Add(name, ServerUnderTest.OrdinaryPath);
                shapes.Add(name, ServerUnderTest.UnaryPath);
            }
            return shapes;
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public async Task A_call_in_any_shape_that_the_protocol_allows_is_served(string shape, string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Calls(path)[shape]);
        await Verdict.EchoAsync(client, 1, Body);
        await Verdict.StillServesAsync(client, 3);
    }

    [Theory, MemberData(nameof(Shapes))]
    public async Task A_call_in_any_shape_is_served_byte_by_byte_too(string shape, string path)
    {
        await using var client = await server.OpenAsync();
        foreach (var octet in RawFrames.Together(Calls(path)[shape]))
        {
            await client.SendAsync([octet]);
        }
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Trailers_of_the_server_come_behind_its_data(string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Call(1, Body, path));
        var answer = await client.ReadAnswerAsync(1);
        Assert.Equal(("application/grpc", null, "0"), (answer.Header("content-type"), answer.Header("grpc-status"), answer.Trailer("grpc-status")));
    }

    [Fact]
    [Trait("RFC 9113", "5.1")]
    public async Task A_stream_that_its_client_has_ended_takes_priority_and_window_updates()
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body), RawFrames.Priority(1, 0), RawFrames.WindowUpdate(1, 4), RawFrames.Priority(1, 3), RawFrames.WindowUpdate(1, Body.Length));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Fact]
    [Trait("RFC 9113", "5.1")]
    public async Task A_stream_that_its_client_has_ended_can_be_reset()
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body), RawFrames.ResetStream(1));
        await client.PingAsync();
        await client.SendAsync(Request.Get(3));
        Assert.Equal(200, (await client.ReadAnswerAsync(3)).Status);
        Assert.False(client.AnswerTo(1).IsComplete);
    }

    [Fact]
    [Trait("RFC 9113", "5.1")]
    public async Task A_stream_that_has_just_ended_takes_what_was_under_way()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Call(1, Body));
        await Verdict.EchoAsync(client, 1, Body);
        await client.SendAsync(RawFrames.WindowUpdate(1, 100), RawFrames.Priority(1, 0), RawFrames.ResetStream(1));
        await Verdict.StillServesAsync(client, 3);
    }

    [Fact]
    [Trait("RFC 9113", "7")]
    public async Task Unknown_error_codes_mean_nothing_special()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1), RawFrames.ResetStream(1, (ErrorCode)0xFF), Request.Open(3), RawFrames.GoAway(0, (ErrorCode)0xFF));
        await client.PingAsync();
    }

    private static Dictionary<string, byte[][]> Calls(string path)
    {
        var block = Request.Block(Request.Fields(path));
        var end = RawFrames.Data(1, Body, RawFrames.EndStream);
        var unknown = RawFrames.Encode((FrameType)0xBB, 0xFF, 1, new byte[30]);
        byte[] prioritised = [.. RawFrames.PriorityFields(0, 200), .. block];
        return new()
        {
            ["HEADERS and DATA"] = [RawFrames.Headers(1, block), end],
            ["several DATA"] = [RawFrames.Headers(1, block), RawFrames.Data(1, Body.AsSpan(0, 3)), RawFrames.Data(1, Body.AsSpan(3, 40)), RawFrames.Data(1, Body.AsSpan(43), RawFrames.EndStream)],
            ["an empty DATA at the end"] = [RawFrames.Headers(1, block), RawFrames.Data(1, Body), RawFrames.Data(1, [], RawFrames.EndStream)],
            ["empty DATA between"] = [RawFrames.Headers(1, block), RawFrames.Data(1, []), RawFrames.Data(1, Body), RawFrames.Data(1, []), RawFrames.Data(1, [], RawFrames.EndStream)],
            ["padded DATA"] = [RawFrames.Headers(1, block), RawFrames.Data(1, RawFrames.Pad(Body, 200), RawFrames.Padded | RawFrames.EndStream)],
            ["DATA padded by nothing"] = [RawFrames.Headers(1, block), RawFrames.Data(1, RawFrames.Pad(Body, 0), RawFrames.Padded | RawFrames.EndStream)],
            ["DATA that is padding alone"] = [RawFrames.Headers(1, block), RawFrames.Data(1, Body), RawFrames.Data(1, RawFrames.Pad([], 255), RawFrames.Padded | RawFrames.EndStream)],
            ["padded HEADERS"] = [RawFrames.Headers(1, RawFrames.Pad(block, 100), RawFrames.EndHeaders | RawFrames.Padded), end],
            ["HEADERS with a priority"] = [RawFrames.Headers(1, prioritised, RawFrames.EndHeaders | RawFrames.HasPriority), end],
            ["HEADERS with a priority below an unknown stream, exclusively"] =
                [RawFrames.Headers(1, [.. RawFrames.PriorityFields(99, 0, exclusive: true), .. block], RawFrames.EndHeaders | RawFrames.HasPriority), end],
            ["padded HEADERS with a priority"] = [RawFrames.Headers(1, RawFrames.Pad(prioritised, 9), RawFrames.EndHeaders | RawFrames.Padded | RawFrames.HasPriority), end],
            ["a CONTINUATION"] = [RawFrames.Headers(1, block.AsSpan(0, 20), 0), RawFrames.Continuation(1, block.AsSpan(20)), end],
            ["a CONTINUATION for each byte"] =
                [RawFrames.Headers(1, [], 0), .. block.Select(b => RawFrames.Continuation(1, [b], 0)), RawFrames.Continuation(1, []), end],
            ["padded HEADERS with a priority and a CONTINUATION"] =
            [
                RawFrames.Headers(1, RawFrames.Pad([.. RawFrames.PriorityFields(0, 1), .. block.AsSpan(0, 7)], 31), RawFrames.Padded | RawFrames.HasPriority),
                RawFrames.Continuation(1, block.AsSpan(7)), end,
            ],
            ["trailers"] = [RawFrames.Headers(1, block), RawFrames.Data(1, Body), Request.Whole(1, ("x-checksum", "1"))],
            ["trailers with a CONTINUATION"] =
            [
                RawFrames.Headers(1, block), RawFrames.Data(1, Body), RawFrames.Headers(1, Request.Block(("x-one", "1")), RawFrames.EndStream),
                RawFrames.Continuation(1, Request.Block(("x-two", "2"))),
            ],
            ["a stated length"] = [RawFrames.Headers(1, [.. block, .. Request.Block(("content-length", "64"))]), end],
            ["PRIORITY around it"] = [RawFrames.Priority(1, 0), RawFrames.Priority(9, 1, 255, exclusive: true), RawFrames.Headers(1, block), RawFrames.Priority(1, 7, 0), end, RawFrames.Priority(1, 0)],
            ["WINDOW_UPDATE within it"] = [RawFrames.Headers(1, block), RawFrames.WindowUpdate(1, 1), RawFrames.WindowUpdate(0, 1), end],
            ["SETTINGS and PING within it"] = [RawFrames.Headers(1, block), RawFrames.Settings((SettingId.InitialWindowSize, 100_000)), RawFrames.Ping(99), end],
            ["frames of an unknown type within it"] = [unknown, RawFrames.Headers(1, block), unknown, end],
        };
    }
}
