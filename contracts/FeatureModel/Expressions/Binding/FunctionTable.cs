using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using FeatureModel.Expressions.Nodes;
using As = FeatureModel.Expressions.ExpressionType;

namespace FeatureModel.Expressions.Binding;

/// <summary>Every function of the language.</summary>
internal static class FunctionTable
{
    private static readonly FrozenDictionary<string, Function> ByName = new[]
    {
        [
            new("if(condition, a, b)", 3, 3, GeneralFunctions.BindIf) { TakesNull = true },
            new("coalesce(a, b, ...)", 2, ExpressionLimits.Arguments, GeneralFunctions.BindCoalesce) { TakesNull = true },
            new("is_null(x)", 1, 1, GeneralFunctions.BindIsNull),
            new("lookup(table, key, default)", 2, 3, GeneralFunctions.BindLookup) { TakesNull = true, TakesTable = true },
            new("min(a, b, ...)", 2, ExpressionLimits.Arguments, NumberFunctions.BindMin),
            new("max(a, b, ...)", 2, ExpressionLimits.Arguments, NumberFunctions.BindMax),
            new("clip(x, low, high)", 3, 3, NumberFunctions.BindClip),
            new("round(x, places)", 1, 2, NumberFunctions.BindRound),
            new("bucket(x, bound, ...)", 2, ExpressionLimits.Arguments, NumberFunctions.BindBucket),
        ],
        Numbers, Conversions, Texts, TimeFunctions.All,
    }.SelectMany(f => f).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys;

    public static bool TryGet(string name, [NotNullWhen(true)] out Function? function) => ByName.TryGetValue(name, out function);

    private static Function[] Numbers =>
    [
        Function.Of("abs(x)",
            Overload.Of<WholeAbs, long, long>(As.Int64, As.Int64), Overload.Of<WholeAbs, long, long>(As.Duration, As.Duration), Overload.OfNumber<NumberAbs>()),
        Function.Of("sign(x)",
            Overload.Of<WholeSign, long, long>(As.Int64, As.Int64), Overload.Of<WholeSign, long, long>(As.Duration, As.Int64),
            Overload.Of<NumberSign, double, long>(As.Double, As.Int64)),
        Function.Of("floor(x)", Overload.Same(As.Int64), Overload.OfNumber<Floor>()),
        Function.Of("ceil(x)", Overload.Same(As.Int64), Overload.OfNumber<Ceiling>()),
        Function.Of("sqrt(x)", Overload.OfNumber<SquareRoot>()),
        Function.Of("exp(x)", Overload.OfNumber<Exp>()),
        Function.Of("log(x)", Overload.OfNumber<Log>()),
        Function.Of("log1p(x)", Overload.OfNumber<LogOnePlus>()),
        Function.Of("log2(x)", Overload.OfNumber<Log2>()),
        Function.Of("log10(x)", Overload.OfNumber<Log10>()),
        Function.Of("pow(x, y)", Overload.OfTwo<Power, double, double>(As.Double, As.Double)),
        Function.Of("is_nan(x)", Overload.Of<IsNotANumber, double, bool>(As.Double, As.Bool)),
        Function.Of("dot(a, b)", Overload.OfTwo<Dot, Array, double>(As.DoubleList, As.Double)),
    ];

    private static Function[] Conversions =>
    [
        Function.Of("to_int(x)",
            Overload.Same(As.Int64), Overload.Of<NumberToWhole, double, long>(As.Double, As.Int64), Overload.Of<TruthToWhole, bool, long>(As.Bool, As.Int64),
            Overload.Of<TextToWhole, string, long>(As.String, As.Int64)),
        Function.Of("to_double(x)",
            Overload.Same(As.Double), Overload.Of<TruthToNumber, bool, double>(As.Bool, As.Double),
            Overload.Of<TextToNumber, string, double>(As.String, As.Double)),
        Function.Of("to_string(x)",
            Overload.Same(As.String), Overload.Of<WholeToText, long, string>(As.Int64, As.String),
            Overload.Of<NumberToText, double, string>(As.Double, As.String),
            Overload.Of<TruthToText, bool, string>(As.Bool, As.String)),
    ];

    private static Function[] Texts =>
    [
        Function.Of("lower(s)", Overload.Of<Lower, string, string>(As.String, As.String)),
        Function.Of("upper(s)", Overload.Of<Upper, string, string>(As.String, As.String)),
        Function.Of("trim(s)", Overload.Of<Trim, string, string>(As.String, As.String)),
        Function.Of("length(x)",
            [Overload.Of<TextLength, string, long>(As.String, As.Int64), .. Lists.Select(l => Overload.Of<ListLength, Array, long>(l, As.Int64))]),
        Function.Of("starts_with(s, start)", Overload.OfTwo<StartsWith, string, bool>(As.String, As.Bool)),
        Function.Of("ends_with(s, end)", Overload.OfTwo<EndsWith, string, bool>(As.String, As.Bool)),
        Function.Of("contains(s, part)", Overload.OfTwo<Contains, string, bool>(As.String, As.Bool)),
        new("concat(a, b, ...)", 2, ExpressionLimits.Arguments, GeneralFunctions.BindConcat),
    ];

    private static ExpressionType[] Lists => [As.BoolList, As.Int64List, As.DoubleList, As.StringList, As.TimestampList];
}
