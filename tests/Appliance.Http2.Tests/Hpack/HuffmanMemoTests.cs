using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HuffmanMemoTests
{
    private readonly HuffmanMemo _memo = new();

    [Fact]
    public void A_value_that_was_kept_is_found_by_its_code()
    {
        _memo.Keep([1, 2, 3], "text"u8);
        Assert.True(_memo.TryFind([1, 2, 3], out var text));
        Assert.Equal("text"u8, text);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 4 })]
    [InlineData(new byte[] { 1, 2 })]
    [InlineData(new byte[] { 1, 2, 3, 0, 0, 0, 0 })]
    public void Another_code_is_not_found(byte[] coded)
    {
        _memo.Keep([1, 2, 3], "text"u8);
        Assert.False(_memo.TryFind(coded, out _));
    }

    [Fact]
    public void Nothing_is_found_before_anything_is_kept() => Assert.False(_memo.TryFind([], out _));

    [Fact]
    public void The_latest_value_of_a_length_takes_the_place_of_the_one_before()
    {
        _memo.Keep([1, 2, 3], "first"u8);
        _memo.Keep([3, 2, 1], "2nd"u8);
        Assert.False(_memo.TryFind([1, 2, 3], out _));
        Assert.True(_memo.TryFind([3, 2, 1], out var text));
        Assert.Equal("2nd"u8, text);
    }

    [Fact]
    public void A_long_value_is_not_kept()
    {
        var coded = new byte[65];
        _memo.Keep(coded, "x"u8);
        Assert.False(_memo.TryFind(coded, out _));
    }

    [Fact]
    public void The_longest_text_of_the_longest_code_is_kept()
    {
        var (coded, text) = (new byte[64], new byte[102]);
        text.AsSpan().Fill((byte)'a');
        _memo.Keep(coded, text);
        Assert.True(_memo.TryFind(coded, out var found));
        Assert.Equal(text, found);
    }
}
