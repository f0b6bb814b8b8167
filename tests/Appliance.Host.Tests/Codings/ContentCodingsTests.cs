using System.Text;
using Appliance.Host.Codings;

namespace Appliance.Host.Tests.Codings;

public sealed class ContentCodingsTests
{
    [Theory]
    [InlineData(null, "Identity")]
    [InlineData("", "Identity")]
    [InlineData("identity", "Identity")]
    [InlineData("br", "Identity")]
    [InlineData("gzip", "Gzip")]
    [InlineData("GZip", "Gzip")]
    [InlineData("x-gzip", "Gzip")]
    [InlineData("deflate", "Deflate")]
    [InlineData("gzip, deflate", "Gzip")]
    [InlineData("deflate, gzip", "Gzip")]
    [InlineData("deflate, gzip;q=0.5", "Deflate")]
    [InlineData("gzip;q=0", "Identity")]
    [InlineData("gzip;q=0, deflate;q=0.1", "Deflate")]
    [InlineData("gzip; q=0.5, identity", "Identity")]
    [InlineData("identity;q=0, gzip;q=0.1", "Gzip")]
    [InlineData("*", "Gzip")]
    [InlineData("*;q=0.3, gzip;q=0", "Deflate")]
    [InlineData("*;q=0", "Identity")]
    [InlineData("gzip;q=high", "Identity")]
    [InlineData("gzip;q=2", "Identity")]
    [InlineData("gzip, deflate, br, zstd", "Gzip")]
    public void An_answer_is_packed_as_its_caller_weighs_it(string? accepted, string expected) => Assert.Equal(expected, ContentCodings.Choose(accepted).ToString());

    [Theory]
    [InlineData("identity,gzip,deflate", true)]
    [InlineData("identity, deflate, gzip", true)]
    [InlineData("identity,deflate", false)]
    [InlineData("gzipped", false)]
    [InlineData("a-name-that-is-longer-than-any,gzip", true)]
    [InlineData("", false)]
    public void A_list_without_weights_holds_a_coding_or_not(string list, bool expected) =>
        Assert.Equal(expected, ContentCodings.Lists(Encoding.ASCII.GetBytes(list), ContentCoding.Gzip));

    [Fact]
    public void Every_coding_is_known_by_its_name()
    {
        foreach (var coding in Enum.GetValues<ContentCoding>())
        {
            Assert.True(ContentCodings.TryParse(ContentCodings.Name(coding), out var parsed));
            Assert.Equal(coding, parsed);
        }
        Assert.False(ContentCodings.TryParse("br", out _));
        Assert.False(ContentCodings.TryParse("gzip, deflate", out _));
    }
}
