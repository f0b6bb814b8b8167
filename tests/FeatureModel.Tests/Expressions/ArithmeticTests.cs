namespace FeatureModel.Tests.Expressions;

/// <summary>Each operator of numbers on whole numbers, doubles, nulls, and where it has no result.</summary>
public sealed class ArithmeticTests
{
    [Theory]
    [InlineData("i + j", "int64 5")]
    [InlineData("i - j", "int64 9")]
    [InlineData("i * j", "int64 -14")]
    [InlineData("i % j", "int64 1")]
    [InlineData("j % 7", "int64 -2")]
    [InlineData("-i", "int64 -7")]
    [InlineData("-j", "int64 2")]
    [InlineData("i + ni", "null")]
    [InlineData("ni - i", "null")]
    [InlineData("ni * ni", "null")]
    [InlineData("-ni", "null")]
    public void Whole_numbers_make_whole_numbers(string text, string expected) => Assert.Equal(expected, ExpressionRig.Show(text));

    [Theory]
    [InlineData("greatest + 1", "null")]
    [InlineData("least - 1", "null")]
    [InlineData("least + least", "null")]
    [InlineData("greatest - least", "null")]
    [InlineData("greatest * 2", "null")]
    [InlineData("least * -1", "null")]
    [InlineData("-least", "null")]
    [InlineData("greatest + least", "int64 -1")]
    [InlineData("least + 0", "int64 -9223372036854775808")]
    [InlineData("greatest * -1", "int64 -9223372036854775807")]
    [InlineData("3037000500 * 3037000500", "null")]
    [InlineData("-3037000499 * 3037000499", "int64 -9223372030926249001")]
    [InlineData("i % zero", "null")]
    [InlineData("least % -1", "int64 0")]
    public void A_whole_result_that_does_not_fit_is_null(string text, string expected) => Assert.Equal(expected, ExpressionRig.Show(text));

    [Theory]
    [InlineData("i / j", "double -3.5")]
    [InlineData("6 / 3", "double 2")]
    [InlineData("i / zero", "null")]
    [InlineData("zero / zero", "null")]
    [InlineData("x / 0.0", "null")]
    [InlineData("i / ni", "null")]
    [InlineData("least / -1", "double 9.223372036854776E+18")]
    public void A_quotient_is_always_a_double(string text, string expected) => Assert.Equal(expected, ExpressionRig.Show(text));

    [Theory]
    [InlineData("x + y", "double 2")]
    [InlineData("x - i", "double -4.5")]
    [InlineData("i * x", "double 17.5")]
    [InlineData("x % 2", "double 0.5")]
    [InlineData("-x % 2", "double -0.5")]
    [InlineData("x % zero", "null")]
    [InlineData("-y", "double 0.5")]
    [InlineData("x + nx", "null")]
    [InlineData("x + ni", "null")]
    [InlineData("-nx", "null")]
    [InlineData("i + 0.0", "double 7")]
    public void A_double_on_one_side_makes_a_double(string text, string expected) => Assert.Equal(expected, ExpressionRig.Show(text));

    [Theory]
    [InlineData("huge * 10", "null")]
    [InlineData("huge + huge", "null")]
    [InlineData("nan + 1", "null")]
    [InlineData("inf - 1", "null")]
    [InlineData("-nan", "null")]
    [InlineData("1 / inf", "double 0")]
    [InlineData("nan", "double NaN")]
    [InlineData("if(t, inf, x)", "double Infinity")]
    [InlineData("coalesce(nx, nan)", "double NaN")]
    public void Arithmetic_never_makes_what_is_not_finite_and_choices_pass_it_on(string text, string expected) =>
        Assert.Equal(expected, ExpressionRig.Show(text));

    [Theory]
    [InlineData("1 + 2 * 3", "int64 7")]
    [InlineData("(1 + 2) * 3", "int64 9")]
    [InlineData("10 - 3 - 2", "int64 5")]
    [InlineData("10 - (3 - 2)", "int64 9")]
    [InlineData("-2 * -3", "int64 6")]
    [InlineData("- - 2", "int64 2")]
    [InlineData("2--3", "int64 5")]
    [InlineData("100 / 10 / 2", "double 5")]
    [InlineData("-9223372036854775808", "int64 -9223372036854775808")]
    [InlineData("1e3", "double 1000")]
    [InlineData("2.5E-1", "double 0.25")]
    [InlineData(" \t\r\n7 ", "int64 7")]
    public void Products_bind_before_sums_and_both_group_to_the_left(string text, string expected) => Assert.Equal(expected, ExpressionRig.Show(text));
}
