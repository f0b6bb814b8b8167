using Appliance.LoadGen.Http2;
using Xunit;

namespace LoadGen.Tests.Http2;

public sealed class HeaderBlockTests
{
    [Theory]
    [InlineData("88", 200)]
    [InlineData("8E", 500)]
    [InlineData("4803333032", 302)]
    [InlineData("48826402", 302)]
    [InlineData("0803353033", 503)]
    [InlineData("3F8101 88", 200)]
    public void The_http_status_is_read_in_every_form(string block, int status)
    {
        Assert.True(Read(block, out var http, out var grpc));
        Assert.Equal((status, HeaderBlock.Absent), (http, grpc));
    }

    [Theory]
    [InlineData("00 0B 677270632D737461747573 01 30", 0)]
    [InlineData("40 0B 677270632D737461747573 02 3134", 14)]
    [InlineData("10 88 9ACAC8B21234DA8F 81 07", 0)]
    [InlineData("00 88 9ACAC8B21234DA8F 81 17", 2)]
    [InlineData("00 88 9ACAC8B21234DA8F 82 0B5F", 14)]
    [InlineData("00 88 9ACAC8B21234DA8F 01 35", 5)]
    public void The_grpc_status_is_read_plain_and_compressed(string block, int status)
    {
        Assert.True(Read(block, out var http, out var grpc));
        Assert.Equal((HeaderBlock.Absent, status), (http, grpc));
    }

    [Fact]
    public void Other_headers_are_stepped_over_whatever_their_length()
    {
        var longValue = string.Concat(Enumerable.Repeat("78", 300));
        var block = $"88 5F 10 6170706C69636174696F6E2F67727063 00 02 7831 7FAD01 {longValue} 00 0B 677270632D737461747573 01 33";

        Assert.True(Read(block, out var http, out var grpc));
        Assert.Equal((200, 3), (http, grpc));
    }

    [Theory]
    [InlineData("80")]
    [InlineData("BE")]
    [InlineData("48")]
    [InlineData("4805 3230")]
    [InlineData("480378 3030")]
    [InlineData("FFFFFFFFFFFFFF")]
    [InlineData("00 0B 677270632D737461747573 00")]
    [InlineData("00 88 9ACAC8B21234DA8F 81 FF")]
    public void A_malformed_block_is_refused(string block) => Assert.False(Read(block, out _, out _));

    private static bool Read(string hex, out int http, out int grpc) =>
        HeaderBlock.TryReadStatuses(Convert.FromHexString(hex.Replace(" ", "")), out http, out grpc);
}
