using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Appliance.Host.Tests.Business;

/// <summary>Bodies that do not arrive as HTTP has them: callers get the envelope all the same.</summary>
public sealed class PredictBodyTests
{
    [Theory]
    [InlineData("/api/predict/koc-potential")]
    [InlineData("/api/models/koc-potential/pin")]
    public async Task A_malformed_chunk_is_answered_in_the_envelope(string path)
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, host.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);

        await connection.Client.SendAsync(
            Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), TestContext.Current.CancellationToken);
        var answer = await new StreamReader(connection.GetStream()).ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("""{"code":400,"message":""", answer);
    }

    [Fact]
    public async Task A_pin_that_is_too_large_is_refused_by_its_size()
    {
        await using var host = await BusinessHost.StartAsync();

        var (status, body) = await host.PostAsync("/api/models/koc-potential/pin", new string(' ', 1025));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("the request body is larger than the 1024 bytes that a pin allows", body.GetProperty("message").GetString());
        Assert.Empty(host.Lifecycle.Calls);
    }
}
