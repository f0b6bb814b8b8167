using System.Text;
using Appliance.Host.Rest.Traffic;

namespace Appliance.Host.Tests.Rest;

public sealed class BrokenTextTests
{
    [Theory]
    [InlineData("""{"\udc00x":1,"author":"a","reason":"r"}""")]
    [InlineData("""{"author":"\udc00","reason":"r"}""")]
    public void A_call_of_administration_with_half_a_character_is_refused(string body) =>
        Assert.Equal("the body holds text that is no Unicode", WhoBody.Parse(Encoding.UTF8.GetBytes(body), out _, out _)!.Message);
}
