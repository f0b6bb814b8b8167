namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>
/// How a server may end what it does not accept (RFC 9113, section 5.4). A connection error is a GOAWAY with the code and then the close of
/// the connection; a stream error is RST_STREAM with the code, and any server may treat it as a connection error.
/// </summary>
public static class Verdict
{
    public static async Task ConnectionErrorAsync(RawHttp2Client client, params ErrorCode[] codes)
    {
        await client.ReadToCloseAsync();
        Assert.True(client.GoAwayCode is not null, "The connection was closed without GOAWAY.");
        Assert.Contains(client.GoAwayCode.Value, codes);
    }

    public static async Task StreamErrorAsync(RawHttp2Client client, int stream, params ErrorCode[] codes)
    {
        var answer = client.AnswerTo(stream);
        while (answer.Reset is null && !client.IsClosed)
        {
            await client.ReadFrameAsync();
        }
        if (answer.Reset is { } code)
        {
            Assert.Contains(code, codes);
            await client.PingAsync();
        }
        else
        {
            await ConnectionErrorAsync(client, codes);
        }
    }

    /// <summary>A malformed request: a stream error, or an answer that says so (RFC 9113, section 8.1.1).</summary>
    public static async Task MalformedAsync(RawHttp2Client client, int stream, params ErrorCode[] otherCodes)
    {
        var answer = client.AnswerTo(stream);
        while (!answer.IsOver && !client.IsClosed)
        {
            await client.ReadFrameAsync();
        }
        if (answer.IsComplete)
        {
            Assert.InRange(answer.Status, 400, 499);
            await client.PingAsync();
        }
        else
        {
            await StreamErrorAsync(client, stream, [ErrorCode.ProtocolError, .. otherCodes]);
        }
    }

    /// <summary>The answer of the application under test: what it was sent, in good order.</summary>
    public static async Task EchoAsync(RawHttp2Client client, int stream, byte[] body)
    {
        var answer = await client.ReadAnswerAsync(stream);
        Assert.Equal(200, answer.Status);
        Assert.True(answer.Body.AsSpan().SequenceEqual(body), $"{answer.Length} bytes came back of {body.Length}.");
        Assert.Equal("0", answer.Trailer("grpc-status"));
    }

    /// <summary>The connection goes on to serve: what came before was ignored, as it ought to be.</summary>
    public static async Task StillServesAsync(RawHttp2Client client, int stream)
    {
        var body = Request.Message(23);
        await client.SendAsync(Request.Call(stream, body));
        await EchoAsync(client, stream, body);
    }
}
