using System.Text;
using FeatureModel.Expressions;
using FeatureModel.Values;

namespace FeatureModel.Tests.Expressions;

/// <summary>Texts that are made to hurt are refused in few words, and what the limits allow works.</summary>
public sealed class ExpressionLimitTests
{
    private static string Repeat(string part, int count) => new StringBuilder().Insert(0, part, count).ToString();

    [Fact]
    public void A_text_of_a_hundred_thousand_characters_is_refused_unread()
    {
        var error = Assert.Single(ExpressionRig.Errors(new string('(', 100_000)));
        Assert.Equal("the text has 100000 characters; 16384 are the most", error.Rule);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("not ")]
    [InlineData("abs(")]
    [InlineData("ints[")]
    [InlineData("if(t,")]
    [InlineData("1 + (")]
    [InlineData("t and not (")]
    public void Deep_nesting_is_refused(string part)
    {
        var error = Assert.Single(ExpressionRig.Errors(Repeat(part, 1_000)));
        Assert.StartsWith("an expression nests 200 levels at most", error.Rule);
    }

    [Fact]
    public void Nesting_up_to_the_limit_works()
    {
        Assert.Equal("int64 7", ExpressionRig.Show(Repeat("(", 199) + "i" + Repeat(")", 199)));
        Assert.Equal("int64 7", ExpressionRig.Show(Repeat("abs(", 199) + "i" + Repeat(")", 199)));
        Assert.Equal("int64 -7", ExpressionRig.Show(Repeat("-", 199) + "i"));
        Assert.Equal("bool true", ExpressionRig.Show(string.Join(" or ", Enumerable.Repeat("t", 200))));
        Assert.NotEmpty(ExpressionRig.Errors(string.Join(" or ", Enumerable.Repeat("t", 201))));
        Assert.NotEmpty(ExpressionRig.Errors(Repeat("(", 200) + "i" + Repeat(")", 200)));
    }

    [Fact]
    public void A_wide_text_is_taken_up_to_the_limit_of_parts()
    {
        static string Sum(int width) => "max(" + string.Join(", ", Enumerable.Repeat("i" + Repeat(" + 1", width), 40)) + ")";
        Assert.Equal("int64 57", ExpressionRig.Show(Sum(50)));
        Assert.Equal("an expression has 4096 parts at most", Assert.Single(ExpressionRig.Errors(Sum(60))).Rule);
        Assert.Equal("an expression has 4096 parts at most", Assert.Single(ExpressionRig.Errors($"i in ({Repeat("1,", 5_000)}1)")).Rule);
        Assert.Equal("a call has 64 arguments at most", Assert.Single(ExpressionRig.Errors($"min({Repeat("1,", 100)}1)")).Rule);
    }

    [Fact]
    public void A_string_without_an_end_is_shown_cut_short()
    {
        var error = Assert.Single(ExpressionRig.Errors("s == '" + new string('a', 10_000)));
        Assert.Equal("the string's closing quote is missing", error.Rule);
        Assert.Equal("'" + new string('a', 39) + "...", error.Fault);
        var wide = Assert.Single(ExpressionRig.Errors("'" + Repeat("\U0001F600", 100)));
        Assert.Equal("'" + Repeat("\U0001F600", 19) + "...", wide.Fault);
    }

    [Fact]
    public void A_name_of_any_length_has_a_short_error()
    {
        var error = Assert.Single(ExpressionRig.Errors(new string('a', 16_000)));
        Assert.Equal("no such input", error.Rule);
        Assert.Equal(43, error.Fault.Length);
    }

    [Fact]
    public void A_thousand_unknown_names_among_thousands_are_told_for_the_first_few_only()
    {
        var scope = new ExpressionScope();
        for (var i = 0; i < 5_000; i++) scope.Add("view", $"a_feature_with_a_name_of_some_length_{i:d4}", FeatureDataType.Int64);
        var unknown = string.Join(", ", Enumerable.Range(0, 60).Select(i => $"max({string.Join(", ", Enumerable.Range(0, 4).Select(j => $"a_feature_with_{i}{j}"))})"));
        Assert.False(ExpressionCompiler.TryCompile($"min({unknown})", scope, out _, out var errors));
        Assert.Equal(ExpressionLimits.Errors, errors.Count);
        Assert.False(ExpressionCompiler.TryCompile("a_feature_with_a_name_of_some_lenght_0007", scope, out _, out errors));
        Assert.EndsWith("did you mean 'a_feature_with_a_name_of_some_length_0007' or 'a_feature_with_a_name_of_some_length_0000' "
            + "or 'a_feature_with_a_name_of_some_length_0001'?", Assert.Single(errors).Rule);
    }

    [Fact]
    public void Any_characters_end_in_a_result_or_an_error_within_the_text()
    {
        const int Seed = 20_261_128;
        string[] parts =
        [
            "(", ")", "[", "]", ",", ".", "'", "`", "\\", "\"", "+", "-", "*", "/", "%", "<", ">", "=", "!", "&", "|", " ", "\n", "\0", "in", "not", "and", "null",
            "i", "x", "s", "ints", "abs", "if", "1", "1e", "9223372036854775808", "0.5", "\ud83d", "\ude00", "中", "\\u", "true", "lookup", "duration",
        ];
        var random = new Random(Seed);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            if (ExpressionCompiler.TryCompile(text, ExpressionRig.Scope, out var expression, out var errors))
            {
                expression.Evaluate(ExpressionRig.Slots);
                continue;
            }
            Assert.All(errors, e => Assert.True(e.Position >= 1 && e.Position <= text.Length + 1 && e.Rule.Length > 0, $"seed {Seed}, round {round}: {text}: {e}"));
        }
    }
}
