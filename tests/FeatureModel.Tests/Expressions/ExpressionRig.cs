using FeatureModel.Expressions;
using FeatureModel.Values;

namespace FeatureModel.Tests.Expressions;

/// <summary>A scope with an input of every type, known values in its slots, and what an expression makes of them as one line.</summary>
internal static class ExpressionRig
{
    /// <summary>2024-02-29T23:30:15.5Z, a Thursday; the day before: 28.</summary>
    public const long Leap = 1_709_249_415_500_000;

    private static readonly List<FeatureValue> Values = [];

    public static ExpressionScope Scope { get; } = MakeScope();

    public static ReadOnlySpan<FeatureValue> Slots => Values.ToArray();

    /// <summary><c>int64 7</c>, <c>string 'a'</c> or <c>null</c>.</summary>
    public static string Show(string text)
    {
        Assert.True(ExpressionCompiler.TryCompile(text, Scope, out var expression, out var errors), $"{text}: {string.Join("; ", errors)}");
        var value = expression.Evaluate(Slots);
        Assert.True(value.IsNull || value.Type == expression.Type, $"{text} is {value.Type}, declared {expression.Type}");
        return Show(value);
    }

    public static string Show(FeatureValue value) =>
        value.IsNull ? "null" : value.Type == FeatureDataType.String ? $"string '{value}'" : $"{value.Type.Name()} {value}";

    /// <summary>The errors of a text that must not compile.</summary>
    public static IReadOnlyList<ExpressionError> Errors(string text)
    {
        Assert.False(ExpressionCompiler.TryCompile(text, Scope, out _, out var errors), $"{text} compiles");
        Assert.NotEmpty(errors);
        return errors;
    }

    private static ExpressionScope MakeScope()
    {
        var scope = new ExpressionScope();
        void Put(string name, FeatureDataType type, FeatureValue value)
        {
            scope.Add(null, name, type);
            Values.Add(value);
        }
        Put("i", FeatureDataType.Int64, FeatureValue.Of(7L));
        Put("j", FeatureDataType.Int32, FeatureValue.Of(-2));
        Put("zero", FeatureDataType.Int64, FeatureValue.Of(0L));
        Put("greatest", FeatureDataType.Int64, FeatureValue.Of(long.MaxValue));
        Put("least", FeatureDataType.Int64, FeatureValue.Of(long.MinValue));
        Put("ni", FeatureDataType.Int64, FeatureValue.Null);
        Put("x", FeatureDataType.Double, FeatureValue.Of(2.5));
        Put("y", FeatureDataType.Float, FeatureValue.Of(-0.5f));
        Put("huge", FeatureDataType.Double, FeatureValue.Of(1e308));
        Put("nan", FeatureDataType.Double, FeatureValue.Of(double.NaN));
        Put("inf", FeatureDataType.Double, FeatureValue.Of(double.PositiveInfinity));
        Put("nx", FeatureDataType.Double, FeatureValue.Null);
        Put("t", FeatureDataType.Bool, FeatureValue.Of(true));
        Put("f", FeatureDataType.Bool, FeatureValue.Of(false));
        Put("nb", FeatureDataType.Bool, FeatureValue.Null);
        Put("s", FeatureDataType.String, FeatureValue.Of("Hello"));
        Put("empty", FeatureDataType.String, FeatureValue.Of(""));
        Put("ns", FeatureDataType.String, FeatureValue.Null);
        Put("at", FeatureDataType.UnixTimestamp, FeatureValue.OfTimestamp(Leap));
        Put("before", FeatureDataType.UnixTimestamp, FeatureValue.OfTimestamp(Leap - 36 * 3_600_000_000L));
        Put("far", FeatureDataType.UnixTimestamp, FeatureValue.OfTimestamp(long.MaxValue));
        Put("nt", FeatureDataType.UnixTimestamp, FeatureValue.Null);
        Put("ints", FeatureDataType.Int32List, FeatureValue.OfList(FeatureDataType.Int32List, new[] { 1, 2, 3 }));
        Put("longs", FeatureDataType.Int64List, FeatureValue.OfList(FeatureDataType.Int64List, new[] { 7L, long.MaxValue }));
        Put("floats", FeatureDataType.FloatList, FeatureValue.OfList(FeatureDataType.FloatList, new[] { 0.5f, 2f }));
        Put("doubles", FeatureDataType.DoubleList, FeatureValue.OfList(FeatureDataType.DoubleList, new[] { 2.5, double.NaN }));
        Put("pair", FeatureDataType.DoubleList, FeatureValue.OfList(FeatureDataType.DoubleList, new[] { 4.0, 0.25 }));
        Put("words", FeatureDataType.StringList, FeatureValue.OfList(FeatureDataType.StringList, new[] { "a", "Hello" }));
        Put("flags", FeatureDataType.BoolList, FeatureValue.OfList(FeatureDataType.BoolList, new[] { true }));
        Put("times", FeatureDataType.UnixTimestampList, FeatureValue.OfList(FeatureDataType.UnixTimestampList, new[] { Leap }));
        Put("nl", FeatureDataType.FloatList, FeatureValue.Null);
        Put("raw", FeatureDataType.Bytes, FeatureValue.Of([1]));
        Put("doc", FeatureDataType.Json, FeatureValue.OfJson("{}"));
        return scope;
    }
}
