using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;

namespace FeatureModel.Expressions.Binding;

/// <summary>Functions of numbers whose rules are more than a list of types.</summary>
internal static class NumberFunctions
{
    /// <summary>Decimal places that a double has at most, and that Math.Round takes.</summary>
    private const int MostPlaces = 15;

    public static Operand? BindMin(Binder binder, CallSyntax call, Operand[] arguments) => BindFold<WholeMin, NumberMin>(binder, call, arguments);

    public static Operand? BindMax(Binder binder, CallSyntax call, Operand[] arguments) => BindFold<WholeMax, NumberMax>(binder, call, arguments);

    public static Operand? BindClip(Binder binder, CallSyntax call, Operand[] arguments)
    {
        if (UnifyOrdered(binder, call, arguments) is not { } type) return null;
        Operand x = arguments[0], low = arguments[1], high = arguments[2];
        Node code = type == ExpressionType.Double
            ? new Ternary<NumberClip, double, double, double, double>(x.Number, low.Number, high.Number)
            : new Ternary<WholeClip, long, long, long, long>(x.Whole, low.Whole, high.Whole);
        return Binder.Make(call, type, code, arguments);
    }

    public static Operand? BindRound(Binder binder, CallSyntax call, Operand[] arguments)
    {
        var x = arguments[0];
        if (!x.Type.IsNumber()) return binder.Fail(x.Syntax, $"round takes a number, and this is {x.Type.Describe()}");
        if (arguments.Length == 1)
        {
            return x.Type == ExpressionType.Int64 ? x : Binder.Make(call, ExpressionType.Double, new Unary<Round, double, double>(x.Number), x);
        }
        if (call.Arguments[1] is not LiteralSyntax { Value: long and >= 0 and <= MostPlaces and var places })
        {
            return binder.Fail(call.Arguments[1], $"the places that round keeps are a number from 0 to {MostPlaces}");
        }
        x = Coercion.To(x, ExpressionType.Double);
        return Binder.Make(call, ExpressionType.Double, new RoundTo(x.Number, (int)places), x);
    }

    public static Operand? BindBucket(Binder binder, CallSyntax call, Operand[] arguments)
    {
        var x = arguments[0];
        if (!x.Type.IsNumber()) return binder.Fail(x.Syntax, $"bucket takes a number, and this is {x.Type.Describe()}");
        var bounds = new double[arguments.Length - 1];
        for (var i = 0; i < bounds.Length; i++)
        {
            var bound = arguments[i + 1];
            if (bound.Syntax is not LiteralSyntax || !bound.Type.IsNumber()) return binder.Fail(bound.Syntax, "the bounds of bucket are numbers written out");
            Coercion.To(bound, ExpressionType.Double).Number.TryGet([], out bounds[i]);
            if (i > 0 && bounds[i] <= bounds[i - 1]) return binder.Fail(bound.Syntax, "the bounds of bucket ascend");
        }
        x = Coercion.To(x, ExpressionType.Double);
        return Binder.Make(call, ExpressionType.Int64, new Bucket(x.Number, bounds), x);
    }

    private static Operand? BindFold<TWhole, TNumber>(Binder binder, CallSyntax call, Operand[] arguments)
        where TWhole : struct, IBinary<long, long, long> where TNumber : struct, IBinary<double, double, double>
    {
        if (UnifyOrdered(binder, call, arguments) is not { } type) return null;
        Node code = type == ExpressionType.Double
            ? new Fold<TNumber, double>(GeneralFunctions.All<double>(arguments))
            : new Fold<TWhole, long>(GeneralFunctions.All<long>(arguments));
        return Binder.Make(call, type, code, arguments);
    }

    private static ExpressionType? UnifyOrdered(Binder binder, CallSyntax call, Operand[] arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.Type is ExpressionType.Int64 or ExpressionType.Double or ExpressionType.Timestamp or ExpressionType.Duration) continue;
            binder.Fail(argument.Syntax, $"{call.Name} takes numbers, timestamps or durations, and this is {argument.Type.Describe()}");
            return null;
        }
        return GeneralFunctions.Unify(binder, call, arguments);
    }
}
