using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

/// <summary>What is not HPACK, and beside each refusal its neighbour that is.</summary>
public sealed class HpackRefusalsTests
{
    [Theory]
    [InlineData("80", "81")]
    public void Index_0_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("be", "bd")]
    [InlineData("ff00", "bd")]
    [InlineData("4001610162 bf", "4001610162 be")]
    [InlineData("4001610162 20", "4001610162")]
    public void An_index_behind_both_tables_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("7e0161", "7d0161")]
    [InlineData("0f2f0161", "0f2e0161")]
    [InlineData("1f2f0161", "1f2e0161")]
    public void A_name_s_index_behind_both_tables_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("82 20", "20 82")]
    [InlineData("0001610162 20", "20 0001610162")]
    [InlineData("82 20 0161 0162", "82 00 0161 0162")] // no literal either
    public void A_size_update_behind_a_field_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("20 20 20 82", "20 20 82")]
    [InlineData("20 3fe11f 3fe11f", "20 3fe11f")]
    public void A_third_size_update_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("3fe21f", "3fe11f")] // 4097, 4096
    [InlineData("3f80ffffff07", "20")]
    public void A_size_above_the_maximum_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("3f", "3f00")]
    [InlineData("3fe1", "3fe11f")]
    [InlineData("0f", "0f0000")]
    [InlineData("00 7f", "00 00 00")]
    [InlineData("40", "400000")]
    [InlineData("ff", "bd")]
    public void A_number_that_is_cut_off_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("ff80808080 8000", "bd")]
    [InlineData("0f8080808080 00 00", "0f80808080 00 00")]
    [InlineData("00 7f81ffffff07 61", "00 00 00")]
    public void A_number_that_is_too_long_or_too_large_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("00 0261", "00 0161 00")]
    [InlineData("00 0161", "00 0161 00")]
    [InlineData("00 0161 0262", "00 0161 0162")]
    [InlineData("00 0161 7fffffffff07", "00 0161 00")]
    [InlineData("44", "44 00")]
    [InlineData("04 822f", "04 012f")]
    public void A_string_longer_than_the_block_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("00 84ffffffff 00", "00 811f 00")]
    [InlineData("04 84ffffffff", "04 811f")]
    public void The_end_of_string_code_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("04 821fff", "04 811f")]
    [InlineData("04 81ff", "04 80")]
    public void Padding_of_more_than_7_bits_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    [Theory]
    [InlineData("04 8118", "04 811f")]
    [InlineData("00 811e 00", "00 811f 00")]
    public void Padding_that_is_not_all_ones_is_refused(string refused, string taken) => AssertOnlySecond(refused, taken);

    private static void AssertOnlySecond(string refused, string taken)
    {
        Assert.True(new HpackDecoder().TryDecode(Blocks.Hex(taken), new CollectingSink()), $"{taken} is refused");
        Assert.False(new HpackDecoder().TryDecode(Blocks.Hex(refused), new CollectingSink()), $"{refused} is taken");
    }
}
