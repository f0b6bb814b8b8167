using Xunit;

namespace Compare.Tests;

public sealed class CompareHelpTests
{
    [Theory]
    [InlineData("Usage: Compare [", "--help")]
    [InlineData("Usage: Compare [", "--quick", "-h")]
    [InlineData("Usage: Compare serving ", "serving", "--help")]
    [InlineData("Usage: Compare serving ", "serving", "--quick", "-h")]
    [InlineData("Usage: Compare features ", "features", "--help")]
    [InlineData("Usage: Compare schedule ", "schedule", "--help")]
    public void Help_tells_of_the_table_that_it_is_asked_for(string first, params string[] args) => Assert.StartsWith(first, CompareHelp.Of(args));

    [Fact]
    public void Who_asks_for_none_gets_none() => Assert.Null(CompareHelp.Of(["serving", "--quick"]));
}
