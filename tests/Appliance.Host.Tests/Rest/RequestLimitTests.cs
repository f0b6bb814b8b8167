using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Host.Rest;
using Appliance.Host.Tests.Rest.V2;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest;

/// <summary>Bodies that are too large, too short or never end.</summary>
public sealed class RequestLimitTests
{
    private const int Limit = 64 * 1024;

    [Fact]
    public async Task A_body_that_announces_too_much_is_refused_before_it_is_sent()
    {
        await using var host = await SmallHostAsync();
        using var connection = await ConnectAsync(host);

        await SendAsync(connection, $"POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: {Limit + 1}\r\n\r\n");
        var answer = await ReadToEndAsync(connection);

        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Contains("Connection: close", answer);
        Assert.Contains($$"""{"error":"the request body is larger than the {{Limit}} bytes that Rest:MaxRequestBytes allows"}""", answer);
    }

    [Fact]
    public async Task A_chunked_body_is_refused_as_soon_as_it_exceeds_the_limit_however_long_it_would_be()
    {
        await using var host = await SmallHostAsync();
        using var connection = await ConnectAsync(host);
        await SendAsync(connection, "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        var reading = ReadToEndAsync(connection);
        var chunk = Encoding.ASCII.GetBytes($"4000\r\n{new string('[', 0x4000)}\r\n");
        var sent = 0L;
        try
        {
            // 64 MiB are a thousand times the limit: a server that kept them would be seen here.
            while (!reading.IsCompleted && sent < 64L * 1024 * 1024) sent += await connection.SendAsync(chunk, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // The server closed the connection while we were still sending.
        }

        Assert.StartsWith("HTTP/1.1 413 ", await reading);
        Assert.True(sent < 64L * 1024 * 1024, "the server read on");
    }

    [Theory]
    [InlineData(0, HttpStatusCode.OK)]
    [InlineData(1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_limit_is_exact_for_chunked_bodies_too(int over, HttpStatusCode expected)
    {
        await using var host = await SmallHostAsync();
        var json = """{"inputs":[{"name":"IN","shape":[1,1],"datatype":"FP32","data":[1]}]}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer")
        {
            Content = new StringContent(json.PadRight(Limit + over)),
        };
        request.Headers.TransferEncodingChunked = true;

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_load_is_held_to_the_same_limit()
    {
        await using var host = await SmallHostAsync();

        var (status, _) = await host.PostAsync("/v2/repository/models/m/load", new string(' ', Limit + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Empty(host.Lifecycle.Calls);
    }

    [Fact]
    public async Task A_connection_that_ends_inside_the_body_leaves_nothing_behind()
    {
        await using var host = await SmallHostAsync();
        using (var connection = await ConnectAsync(host))
        {
            await SendAsync(connection, "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{\"inputs\":");
            connection.Shutdown(SocketShutdown.Send);
            await ReadToEndAsync(connection);
        }

        Assert.Equal(400, await host.NextFinishedAsync());
        Assert.Equal(0, host.Gate.Inside);
    }

    [Theory]
    [InlineData("zz")]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    public async Task A_malformed_chunk_is_answered_400(string size)
    {
        await using var host = await SmallHostAsync();
        using var connection = await ConnectAsync(host);

        await SendAsync(connection, $"POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await ReadToEndAsync(connection));
    }

    private static async Task<RestHost> SmallHostAsync()
    {
        var host = await RestHost.StartAsync(new RestOptions { MaxRequestBytes = Limit });
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [1])));
        return host;
    }

    private static async Task<Socket> ConnectAsync(RestHost host)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.EndPoint, TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) =>
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // Reset by the server once it had answered: what came before counts.
        }
        return text.ToString();
    }
}
