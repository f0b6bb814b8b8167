using FeatureModel.Expressions;
using FeatureModel.Values;
using TestKit;

namespace FeatureModel.Tests.Expressions;

/// <summary>What callers get of a compiled expression: types, slots, numbers, filters, and no garbage.</summary>
public sealed class CompiledExpressionTests
{
    private static CompiledExpression Compile(string text, ExpressionScope? scope = null)
    {
        Assert.True(ExpressionCompiler.TryCompile(text, scope ?? ExpressionRig.Scope, out var expression, out var errors), string.Join("; ", errors));
        return expression;
    }

    [Theory]
    [InlineData("i", FeatureDataType.Double, "double 7")]
    [InlineData("i", FeatureDataType.Float, "float 7")]
    [InlineData("i", FeatureDataType.Int32, "int32 7")]
    [InlineData("greatest", FeatureDataType.Int32, "null")]
    [InlineData("j", FeatureDataType.Int64, "int64 -2")]
    [InlineData("ni", FeatureDataType.Double, "null")]
    [InlineData("0.1", FeatureDataType.Float, "float 0.10000000149011612")]
    [InlineData("huge", FeatureDataType.Float, "null")]
    [InlineData("inf", FeatureDataType.Float, "float Infinity")]
    [InlineData("y", FeatureDataType.Double, "double -0.5")]
    [InlineData("t", FeatureDataType.Bool, "bool true")]
    [InlineData("s", FeatureDataType.String, "string 'Hello'")]
    [InlineData("at", FeatureDataType.UnixTimestamp, "timestamp 1709249415500000")]
    public void A_result_is_brought_to_the_declared_type(string text, FeatureDataType declared, string expected)
    {
        Assert.True(ExpressionCompiler.TryCompileAs(text, ExpressionRig.Scope, declared, out var expression, out var errors), string.Join("; ", errors));
        Assert.Equal(declared, expression.Type);
        Assert.Equal(expected, ExpressionRig.Show(expression.Evaluate(ExpressionRig.Slots)));
    }

    [Theory]
    [InlineData("x", FeatureDataType.Int64, "the result is a double, and int64 is wanted; to_int(x) makes one")]
    [InlineData("t", FeatureDataType.Double, "the result is a bool, and double is wanted; to_double(x) makes one")]
    [InlineData("i", FeatureDataType.String, "the result is an int64, and string is wanted; to_string(x) makes one of a number or a bool")]
    [InlineData("i", FeatureDataType.Bool, "the result is an int64, and bool is wanted; a condition compares, x > 0")]
    [InlineData("i", FeatureDataType.FloatList, "the result is an int64, and list<float> is wanted")]
    [InlineData("s", FeatureDataType.UnixTimestamp, "the result is a string, and timestamp is wanted")]
    public void A_result_of_another_type_than_declared_is_refused(string text, FeatureDataType declared, string rule)
    {
        Assert.False(ExpressionCompiler.TryCompileAs(text, ExpressionRig.Scope, declared, out _, out var errors));
        Assert.Equal(rule, Assert.Single(errors).Rule);
    }

    [Theory]
    [InlineData("i + 1", 8d)]
    [InlineData("i / 2", 3.5)]
    [InlineData("t", 1d)]
    [InlineData("f", 0d)]
    [InlineData("at", 1709249415500000d)]
    [InlineData("ni", null)]
    public void A_number_is_had_without_a_value_around_it(string text, double? expected)
    {
        var known = Compile(text).TryEvaluateNumber(ExpressionRig.Slots, out var value);
        Assert.Equal(expected, known ? value : null);
    }

    [Fact]
    public void A_string_is_no_number_and_a_number_no_condition()
    {
        Assert.Throws<InvalidOperationException>(() => Compile("s").TryEvaluateNumber(ExpressionRig.Slots, out _));
        Assert.Throws<InvalidOperationException>(() => Compile("i").IsTrue(ExpressionRig.Slots));
    }

    [Theory]
    [InlineData("t", true)]
    [InlineData("f", false)]
    [InlineData("nb", false)]
    [InlineData("not nb", false)]
    public void A_filter_takes_null_as_false(string text, bool passes)
    {
        Assert.True(ExpressionCompiler.TryCompileFilter(text, ExpressionRig.Scope, out var filter, out _));
        Assert.Equal(passes, filter.IsTrue(ExpressionRig.Slots));
    }

    [Fact]
    public void The_slots_that_count_are_told_and_the_others_may_be_missing()
    {
        var scope = new ExpressionScope();
        foreach (var name in "abcde") scope.Add(null, name.ToString(), FeatureDataType.Int64);
        var expression = Compile("if(c > 0, b, b + c)", scope);
        Assert.Equal([1, 2], expression.UsedSlots.ToArray());
        Assert.Equal(FeatureValue.Of(4L), expression.Evaluate([FeatureValue.Of("x"), FeatureValue.Of(4L), FeatureValue.Of(1L)]));
        Assert.Empty(Compile("1 + 1", scope).UsedSlots.ToArray());
        var error = Assert.Throws<ArgumentException>(() => expression.Evaluate(new FeatureValue[2]));
        Assert.StartsWith("if(c > 0, b, b + c) reads slot 2, and 2 are given.", error.Message);
    }

    [Theory]
    [InlineData(FeatureDataType.Int64, "n + 1")]
    [InlineData(FeatureDataType.Double, "n + 1")]
    [InlineData(FeatureDataType.Bool, "not n")]
    [InlineData(FeatureDataType.String, "n == 'a'")]
    [InlineData(FeatureDataType.UnixTimestamp, "year(n)")]
    [InlineData(FeatureDataType.FloatList, "length(n)")]
    public void A_slot_with_a_value_of_another_type_is_refused(FeatureDataType declared, string text)
    {
        var scope = new ExpressionScope();
        scope.Add("v", "n", declared);
        var error = Assert.Throws<ArgumentException>(() => Compile(text, scope).Evaluate([FeatureValue.Of([1])]));
        Assert.StartsWith($"Slot 0 (v.n) holds a value of type bytes; the scope says {declared.Name()}.", error.Message);
    }

    [Fact]
    public void Widths_of_numbers_mix()
    {
        var scope = new ExpressionScope();
        scope.Add(null, "n", FeatureDataType.Int32);
        scope.Add(null, "d", FeatureDataType.Double);
        Assert.Equal(FeatureValue.Of(8L), Compile("n + 1", scope).Evaluate([FeatureValue.Of(7L)]));
        Assert.Equal(FeatureValue.Of(7.5), Compile("d", scope).Evaluate([default, FeatureValue.Of(7.5f)]));
        Assert.Equal(FeatureValue.Of(7.0), Compile("d", scope).Evaluate([default, FeatureValue.Of(7)]));
    }

    [Theory]
    [InlineData("(i + j) / (i + j + 10)")]
    [InlineData("s == 'purchase' or x > 2 and s in ('Hello', 'b')")]
    [InlineData("coalesce(clip(log1p(i), 0, 1), nx) + bucket(x, 1, 2) + hour(at, '+08:00') + days(at - before) + length(s) + dot(floats, floats)")]
    [InlineData("if(starts_with(s, 'He') and 2 in ints, s, 'none')")]
    public void Evaluation_allocates_nothing(string text)
    {
        var expression = Compile(text);
        var slots = ExpressionRig.Slots.ToArray();
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++) expression.Evaluate(slots);
        }));
    }
}
