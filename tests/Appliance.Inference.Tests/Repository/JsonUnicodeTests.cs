using System.Text;
using Appliance.Inference.Repository;

namespace Appliance.Inference.Tests.Repository;

public sealed class JsonUnicodeTests
{
    [Theory]
    [InlineData("""{"a":"b"}""", true)]
    [InlineData("""{"\u0061":"\ud83d\ude00"}""", true)]
    [InlineData("""{"\ud83d":1}""", false)]
    [InlineData("""{"a":["\udc00"]}""", false)]
    public void Half_a_surrogate_pair_is_no_text(string json, bool isWhole) => Assert.Equal(isWhole, JsonUnicode.IsWhole(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_no_text() => Assert.False(JsonUnicode.IsWhole([(byte)'"', 0xFF, (byte)'"']));

    [Fact]
    public void A_manifest_that_holds_such_a_text_is_refused()
    {
        var read = ManifestReader.Read(Encoding.UTF8.GetBytes("""{"formatVersion":1,"model":"m","version":7,"description":"\udc00"}"""), "m", 7);
        Assert.Equal("the file holds text that is no Unicode", Assert.Single(read.Errors).Rule);
    }
}
