using Appliance.Host.Tracing;

namespace Appliance.Host.Tests.Tracing;

public sealed class TraceParentTests
{
    private const string Valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(Valid, true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff", true)]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-what-a-later-version-says", true)]
    public void A_valid_header_names_its_trace_and_whether_it_is_sampled(string text, bool sampled)
    {
        Assert.True(TraceParent.TryParse(text, out var parent));
        Assert.Equal(new TraceParent(0x0af7651916cd43dd, 0x8448eb211c80319c, 0xb7ad6b7169203331, sampled), parent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more")]
    [InlineData("0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData(" 0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    public void Anything_else_is_no_trace(string text) => Assert.False(TraceParent.TryParse(text, out _));

    [Fact]
    public void Each_cut_and_each_changed_place_of_a_valid_one_is_read_without_a_fault()
    {
        for (var i = 0; i < Valid.Length; i++)
        {
            Assert.False(TraceParent.TryParse(Valid.AsSpan(0, i), out _));
            foreach (var c in "\0-:`gzG é") TraceParent.TryParse(Valid[..i] + c + Valid[(i + 1)..], out _);
        }
    }
}
