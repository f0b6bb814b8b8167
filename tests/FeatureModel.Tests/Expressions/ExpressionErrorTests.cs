using FeatureModel.Expressions;

namespace FeatureModel.Tests.Expressions;

/// <summary>A refused text says where, what stands there and what would be right.</summary>
public sealed class ExpressionErrorTests
{
    [Theory]
    [InlineData("", 1, "", "something is missing here: a value, a name or a call")]
    [InlineData("1 +", 4, "", "something is missing here: a value, a name or a call")]
    [InlineData("1 2", 3, "2", "here an operator or the end is wanted")]
    [InlineData("(1", 3, "", "the closing parenthesis is missing")]
    [InlineData("1)", 2, ")", "here an operator or the end is wanted")]
    [InlineData("abs(1", 6, "", "a comma or the closing parenthesis of the call is missing")]
    [InlineData("min(1,)", 7, ")", "here a value, a name or a call is wanted; a keyword as a name stands in backticks")]
    [InlineData("ints[1", 7, "", "the ] behind a list's index is missing")]
    [InlineData("i = 7", 3, "=", "write == to compare")]
    [InlineData("t && f", 3, "&&", "write and")]
    [InlineData("t || f", 3, "||", "write or")]
    [InlineData("!t", 1, "!", "write not")]
    [InlineData("i <> 7", 3, "<>", "write !=")]
    [InlineData("i ** 2", 3, "**", "write pow(x, y)")]
    [InlineData("i ^ 2", 3, "^", "write pow(x, y)")]
    [InlineData("i // 2", 3, "//", "write floor(a / b)")]
    [InlineData("t ? 1 : 2", 3, "?", "write if(condition, a, b)")]
    [InlineData("t AND f", 3, "AND", "keywords are written in lower case: and")]
    [InlineData("i is null", 3, "is", "write is_null(x) or not is_null(x)")]
    [InlineData("1 < i < 9", 7, "<", "comparisons do not chain; write a < b and b < c")]
    [InlineData("i in (1) == t", 10, "==", "comparisons do not chain; write a < b and b < c")]
    [InlineData("[1]", 1, "[", "a list of literals stands only behind in")]
    [InlineData("i in 7", 6, "7", "behind in stands a list of literals, ('a', 'b'), or an input that is a list")]
    [InlineData("i in (1", 8, "", "a comma or the ) of the list is missing")]
    [InlineData("i in (1, null)", 10, "null", "a list behind in holds numbers, strings, true and false; null is asked for by is_null(x)")]
    [InlineData("i in (j)", 7, "j", "a list behind in holds numbers, strings, true and false; null is asked for by is_null(x)")]
    [InlineData("i in ()", 7, ")", "a list behind in holds numbers, strings, true and false; null is asked for by is_null(x)")]
    [InlineData("v.", 3, "", "behind view. the feature's name is wanted; a keyword as a name stands in backticks")]
    [InlineData("30d + 1", 1, "30d", "a number is written 10, 2.5 or 1e-3, and a name that begins with a digit stands in backticks")]
    [InlineData("1.", 1, "1.", "a number is written 10, 2.5 or 1e-3, and a name that begins with a digit stands in backticks")]
    [InlineData("9223372036854775808", 1, "9223372036854775808", "this does not fit an int64; a double is written with a point, 10.0")]
    [InlineData("99999999999999999999", 1, "99999999999999999999", "this does not fit an int64; a double is written with a point, 10.0")]
    [InlineData("1e999", 1, "1e999", "this is not a number that a double holds: digits behind the e, and at most 1.7976931348623157e308")]
    [InlineData("1e+", 1, "1e+", "this is not a number that a double holds: digits behind the e, and at most 1.7976931348623157e308")]
    [InlineData("s == 'abc", 6, "'abc", "the string's closing quote is missing")]
    [InlineData("s == \"a\"", 6, "\"", "a string stands in single quotes, a name of other than letters, digits and _ in backticks")]
    [InlineData(@"'a\qb'", 3, @"\q", @"a string's escapes are \' \\ \n \r \t and \u with four hexadecimal digits")]
    [InlineData(@"'\u12'", 2, @"\u", @"a string's escapes are \' \\ \n \r \t and \u with four hexadecimal digits")]
    [InlineData(@"'\ud83d'", 1, @"'\ud83d'", "half a surrogate pair is no character")]
    [InlineData("`a", 1, "`a", "the name's closing backtick is missing")]
    [InlineData("``", 1, "``", "a name is not empty")]
    [InlineData("i + ö", 5, "ö", "this character has no meaning here; a name of other than letters, digits and _ stands in backticks")]
    [InlineData("\U0001F600", 1, "\U0001F600", "this character has no meaning here; a name of other than letters, digits and _ stands in backticks")]
    [InlineData("s == ‘a’", 6, "‘", "a string stands in straight single quotes")]
    public void Of_form(string text, int position, string fault, string rule) =>
        Assert.Equal(new ExpressionError(position, fault, rule), Assert.Single(ExpressionRig.Errors(text)));

    [Theory]
    [InlineData("1 + s", 1, "1 + s", "+ does not take an int64 and a string; to_int(s) and to_double(s) read a number, to_string(x) writes one")]
    [InlineData("s + s", 1, "s + s", "+ does not take a string and a string; strings are joined by concat(a, b)")]
    [InlineData("t * 2", 1, "t * 2", "* does not take a bool and an int64")]
    [InlineData("at + at", 1, "at + at", "+ does not take a timestamp and a timestamp; a length of time is written duration('7d'), and days(d) makes a number of one")]
    [InlineData("at - 3600", 1, "at - 3600", "- does not take a timestamp and an int64; a length of time is written duration('7d'), and days(d) makes a number of one")]
    [InlineData("at > '2026-01-01'", 1, "at > '2026-01-01'",
        "> compares two values of one type, and here are a timestamp and a string; a moment is written timestamp('2026-01-31T12:00:00Z')")]
    [InlineData("i == s", 1, "i == s", "== compares two values of one type, and here are an int64 and a string; to_int(s) and to_double(s) read a number, to_string(x) writes one")]
    [InlineData("ints == ints", 1, "ints == ints", "== compares two values of one type, and here are a list of int64 and a list of int64")]
    [InlineData("t < f", 1, "t < f", "bools have no order; < takes numbers, strings, timestamps or durations")]
    [InlineData("i == null", 1, "i == null", "== with the word null is always null; is_null(x) asks for it, coalesce(x, y) fills it in")]
    [InlineData("null and t", 1, "null and t", "and with the word null is always null; is_null(x) asks for it, coalesce(x, y) fills it in")]
    [InlineData("t and i", 7, "i", "and takes bools, and this is an int64")]
    [InlineData("not i", 5, "i", "not takes a bool, and this is an int64")]
    [InlineData("-s", 2, "s", "- takes a number or a duration, and this is a string")]
    [InlineData("i in ('a')", 7, "'a'", "the value looked for is an int64, and this is a string")]
    [InlineData("at in (1, 2)", 1, "at", "in looks for a number, a string or a bool in a list, and this is a timestamp")]
    [InlineData("null in ints", 1, "null", "in looks for a number, a string or a bool in a list, and this is null")]
    [InlineData("x in ints", 1, "x in ints", "the value looked for is a double, and the list holds int64s")]
    [InlineData("i in s", 6, "s", "behind in a list is wanted, and this is a string; literals stand in parentheses")]
    [InlineData("s[0]", 1, "s", "[ ] takes an element of a list, and this is a string")]
    [InlineData("ints[1.0]", 6, "1.0", "a list's index is an int64, counted from 0, and this is a double")]
    [InlineData("if(i, 1, 2)", 4, "i", "the condition of if is a bool, and this is an int64")]
    [InlineData("if(t, 1, 'a')", 1, "if(t, 1, 'a')", "the values that if chooses from are of one type, and here are an int64 and a string")]
    [InlineData("if(t, null, null)", 1, "if(t, null, null)", "if is always null here, of no type")]
    [InlineData("coalesce(ints, ints)", 10, "ints", "coalesce does not choose between lists")]
    [InlineData("abs(null)", 5, "null", "of the word null abs makes nothing but null; it stands only in if, coalesce and the default of lookup")]
    [InlineData("abs(s)", 5, "s", "abs(x) does not take a string here")]
    [InlineData("starts_with(s, 1)", 16, "1", "starts_with(s, start) does not take an int64 here")]
    [InlineData("seconds(at)", 9, "at", "seconds(duration) does not take a timestamp here")]
    [InlineData("dot(ints, floats)", 5, "ints", "dot(a, b) does not take a list of int64 here")]
    [InlineData("min(i, s)", 8, "s", "min takes numbers, timestamps or durations, and this is a string")]
    [InlineData("min(i, at)", 1, "min(i, at)", "the values that min chooses from are of one type, and here are an int64 and a timestamp")]
    [InlineData("round(s)", 7, "s", "round takes a number, and this is a string")]
    [InlineData("round(x, 16)", 10, "16", "the places that round keeps are a number from 0 to 15")]
    [InlineData("bucket(x, 2, 1)", 14, "1", "the bounds of bucket ascend")]
    [InlineData("bucket(x, i)", 11, "i", "the bounds of bucket are numbers written out")]
    [InlineData("bucket(s, 1)", 8, "s", "bucket takes a number, and this is a string")]
    [InlineData("concat(s, i)", 11, "i", "concat joins strings, and this is an int64; to_string(x) makes one of a number")]
    [InlineData("year(i)", 6, "i", "year takes a timestamp, and this is an int64")]
    [InlineData("now()", 1, "now()", "there is no clock in expressions, so that they give the same offline; use the input request_time")]
    [InlineData("abs()", 1, "abs()", "abs(x) takes 1 argument, and here are 0")]
    [InlineData("pow(1, 2, 3)", 1, "pow(1, 2, 3)", "pow(x, y) takes 2 arguments, and here are 3")]
    [InlineData("min(1)", 1, "min(1)", "min(a, b, ...) takes 2 arguments or more, and here are 1")]
    [InlineData("round(1, 2, 3)", 1, "round(1, 2, 3)", "round(x, places) takes 1 or 2 arguments, and here are 3")]
    [InlineData("raw == raw", 1, "raw", "its type is bytes, which expressions do not read")]
    [InlineData("null", 1, "null", "the result is always null, of no type")]
    [InlineData("at - before", 1, "at - before", "the result is a duration, which no feature is; take seconds, minutes, hours or days of it")]
    [InlineData("ints", 1, "ints", "the result is a list of int64; of a list an expression takes length, elements, in and dot")]
    public void Of_type(string text, int position, string fault, string rule) =>
        Assert.Equal(new ExpressionError(position, fault, rule), ExpressionRig.Errors(text)[0]);

    [Theory]
    [InlineData("greates", "no such input; did you mean 'greatest'?")]
    [InlineData("BEFORE", "no such input; did you mean 'before'?")]
    [InlineData("emtpy", "no such input; did you mean 'empty'?")]
    [InlineData("qqqqqqqqqq", "no such input")]
    [InlineData("view.i", "no such input")]
    [InlineData("sqrt", "no such input; the function is called as sqrt(x)")]
    [InlineData("sqr(x)", "no such function as sqr; did you mean 'sqrt'?")]
    [InlineData("day_of_weak(at)", "no such function as day_of_weak; did you mean 'day_of_week' or 'day_of_year'?")]
    [InlineData("lookup(nothing, s)", "no such lookup table")]
    public void Of_names_with_the_near_ones(string text, string rule) => Assert.Equal(rule, Assert.Single(ExpressionRig.Errors(text)).Rule);

    [Fact]
    public void All_errors_of_names_and_types_are_told_at_once()
    {
        var errors = ExpressionRig.Errors("nope + abs(s) > if(i, 1, 2)");
        Assert.Equal([(1, "nope"), (12, "s"), (20, "i")], errors.Select(e => (e.Position, e.Fault)));
    }

    [Fact]
    public void No_more_errors_are_told_than_the_limit()
    {
        var errors = ExpressionRig.Errors(string.Join(" + ", Enumerable.Repeat("nope", 50)));
        Assert.Equal(ExpressionLimits.Errors, errors.Count);
    }

    [Fact]
    public void An_error_reads_as_one_sentence()
    {
        Assert.Equal("position 3, '=': write == to compare", ExpressionRig.Errors("i = 7")[0].ToString());
        Assert.Equal("position 4, the end: something is missing here: a value, a name or a call", ExpressionRig.Errors("i +")[0].ToString());
    }
}
