using Appliance.Inference.Repository;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public class ModelNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("koc-potential_2 \u6a21\u578b")]
    [InlineData("..a", false)]
    [InlineData(".publishing-1", false)]
    [InlineData("", false)]
    [InlineData("  ", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\0", false)]
    public void A_name_is_one_folder_that_can_be_seen(string name, bool valid = true) =>
        Assert.Equal(valid, ModelName.Problem(name) is null);

    [Fact]
    public void A_name_has_255_bytes_at_most()
    {
        Assert.Null(ModelName.Problem(new string('a', 255)));
        Assert.NotNull(ModelName.Problem(new string('a', 256)));
        Assert.NotNull(ModelName.Problem(new string('\u6a21', 86)));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", 0)]
    [InlineData("0", 0)]
    [InlineData("01", 0)]
    [InlineData("-1", 0)]
    [InlineData("+1", 0)]
    [InlineData("1.0", 0)]
    [InlineData(" 1", 0)]
    [InlineData("", 0)]
    [InlineData("\u0661", 0)]
    public void A_version_is_a_whole_number_without_leading_zero(string name, long version)
    {
        Assert.Equal(version > 0, ModelName.TryParseVersion(name, out var parsed, out var problem));
        Assert.Equal(version, parsed);
        Assert.Equal(version > 0, problem.Length == 0);
    }
}
