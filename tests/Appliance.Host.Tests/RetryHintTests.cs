using Microsoft.AspNetCore.Http;

namespace Appliance.Host.Tests;

public sealed class RetryHintTests
{
    [Theory]
    [InlineData(1, "1", "1")]
    [InlineData(1_000, "1", "1000")]
    [InlineData(1_001, "2", "1001")]
    [InlineData(int.MaxValue, "2147484", "2147483647")]
    public void It_is_given_in_whole_seconds_and_in_milliseconds(int milliseconds, string seconds, string exact) =>
        Assert.Equal([new("retry-after", seconds), new("retry-after-ms", exact)], RetryHint.Of(milliseconds));

    [Fact]
    public void Without_one_there_are_no_fields()
    {
        Assert.Empty(RetryHint.Of(0));
        var headers = new HeaderDictionary();
        RetryHint.WriteTo(headers, 0);
        Assert.Empty(headers);
    }
}
