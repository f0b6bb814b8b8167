using System.Text;
using FeatureClients.Events;
using Xunit;

namespace Compare.Tests.FeatureClients;

public sealed class HttpLineTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 12\r\n\r\n{\"data\":503}";

    [Fact]
    public void An_answer_is_read_once_its_last_byte_is_there()
    {
        var bytes = Encoding.ASCII.GetBytes(Answer);
        for (var part = 0; part < bytes.Length; part++) Assert.False(HttpLine.TryParse(bytes.AsSpan(0, part), out _, out _));

        Assert.True(HttpLine.TryParse(bytes, out var status, out var body));
        Assert.Equal((200, "{\"data\":503}"), (status, body));
    }

    [Fact]
    public void An_answer_without_a_length_is_refused()
    {
        var error = Assert.Throws<FormatException>(() => HttpLine.TryParse("HTTP/1.1 200 OK\r\n\r\n"u8, out _, out _));

        Assert.Contains("no Content-Length", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_is_read_behind_its_name()
    {
        const string body = """{"code":200,"data":{"accepted":498,"duplicates":2,"position":77},"requestId":"r"}""";

        Assert.Equal((498, 2), (EventPoster.NumberAfter(body, "\"accepted\":"), EventPoster.NumberAfter(body, "\"duplicates\":")));
        Assert.Throws<FormatException>(() => EventPoster.NumberAfter(body, "\"refused\":"));
    }
}
