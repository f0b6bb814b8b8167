using FeatureModel.Expressions;

namespace FeatureModel.Tests.Expressions;

/// <summary>The normal form tells definitions apart by what they mean, not by how they are typed.</summary>
public sealed class NormalFormTests
{
    private static string Normal(string text)
    {
        Assert.True(ExpressionCompiler.TryNormalise(text, out var normal, out var error), $"{text}: {error}");
        return normal;
    }

    [Theory]
    [InlineData("( a+b ) / (a+b+10)", "(a + b) / (a + b + 10)")]
    [InlineData("a+(b+c)", "a + (b + c)")]
    [InlineData("(a+b)+c", "a + b + c")]
    [InlineData("a*(b)*c", "a * b * c")]
    [InlineData("(a*b)+c", "a * b + c")]
    [InlineData("-(a+b)", "-(a + b)")]
    [InlineData("-(5)", "-5")]
    [InlineData("- -5", "--5")]
    [InlineData("a - -5", "a - -5")]
    [InlineData("(-x)*2", "-x * 2")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("-(-9223372036854775808)", "--9223372036854775808")]
    [InlineData("1.50", "1.5")]
    [InlineData("1e3", "1000.0")]
    [InlineData("1e+300", "1e300")]
    [InlineData("0.000001", "1e-06")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("007", "7")]
    [InlineData("view . name", "view.name")]
    [InlineData("`plain`", "plain")]
    [InlineData("`30d views`.`in`", "`30d views`.`in`")]
    [InlineData("not(a)", "not a")]
    [InlineData("not (a==b)", "not a == b")]
    [InlineData("(not a) == b", "(not a) == b")]
    [InlineData("a == (not b)", "a == (not b)")]
    [InlineData("(a and b) or c", "a and b or c")]
    [InlineData("a and (b or c)", "a and (b or c)")]
    [InlineData("(a < b) == c", "(a < b) == c")]
    [InlineData("a in [1,2]", "a in (1, 2)")]
    [InlineData("not a in (1)", "not a in (1)")]
    [InlineData("a not   in ('x')", "a not in ('x')")]
    [InlineData("(a+1) in l", "a + 1 in l")]
    [InlineData("(a in l) == t", "(a in l) == t")]
    [InlineData("l[ 0 ]", "l[0]")]
    [InlineData("-l[0]", "-l[0]")]
    [InlineData("(-l)[0]", "(-l)[0]")]
    [InlineData("f( a,b )", "f(a, b)")]
    [InlineData("'it''s'", @"'it\'s'")]
    [InlineData(@"'\u4e2d\n'", @"'中\u000a'")]
    [InlineData("null", "null")]
    [InlineData("true", "true")]
    public void Is_one_for_all_spellings_and_its_own(string text, string normal)
    {
        Assert.Equal(normal, Normal(text));
        Assert.Equal(normal, Normal(normal));
    }

    [Theory]
    [InlineData("a - (b - c)", "a - b - c")]
    [InlineData("1", "1.0")]
    [InlineData("a + b", "b + a")]
    [InlineData("'a'", "'A'")]
    [InlineData("not a == b", "(not a) == b")]
    public void Differs_where_the_meaning_may(string one, string other) => Assert.NotEqual(Normal(one), Normal(other));

    [Fact]
    public void Of_a_text_out_of_form_is_an_error()
    {
        Assert.False(ExpressionCompiler.TryNormalise("a +", out var normal, out var error));
        Assert.Null(normal);
        Assert.Equal(4, error.Position);
    }

    [Fact]
    public void Is_what_a_compiled_expression_says_it_is()
    {
        Assert.True(ExpressionCompiler.TryCompile("(i+1)*2", ExpressionRig.Scope, out var expression, out _));
        Assert.Equal("(i + 1) * 2", expression.ToString());
    }
}
