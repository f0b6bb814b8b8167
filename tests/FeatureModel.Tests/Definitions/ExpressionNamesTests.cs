using FeatureModel.Definitions;

namespace FeatureModel.Tests.Definitions;

public sealed class ExpressionNamesTests
{
    [Theory]
    [InlineData("(like_30d + comment_30d) / 10", "10, comment_30d, like_30d")]
    [InlineData("view.feature", "feature, view")]
    [InlineData("if(is_null(a), 'b', c)", "a, b, c, if, is_null")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("+-*", "")]
    public void Every_word_is_found_wherever_it_stands(string? expression, string names) =>
        Assert.Equal(names, string.Join(", ", ExpressionNames.Of(expression).Order(StringComparer.Ordinal)));
}
