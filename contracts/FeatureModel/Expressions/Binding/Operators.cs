using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;

namespace FeatureModel.Expressions.Binding;

/// <summary>The rules of the operators: which types they take and what they make of them.</summary>
internal static class Operators
{
    public static Operand? BindUnary(Binder binder, UnarySyntax unary, Operand operand) => (unary.Symbol, operand.Type) switch
    {
        ("not", ExpressionType.Bool) => Binder.Make(unary, ExpressionType.Bool, new Unary<Not, bool, bool>(operand.Truth), operand),
        ("not", _) => binder.Fail(operand.Syntax, $"not takes a bool, and this is {operand.Type.Describe()}"),
        (_, ExpressionType.Int64 or ExpressionType.Duration) =>
            Binder.Make(unary, operand.Type, new Unary<WholeNegate, long, long>(operand.Whole), operand),
        (_, ExpressionType.Double) => Binder.Make(unary, ExpressionType.Double, new Unary<NumberNegate, double, double>(operand.Number), operand),
        _ => binder.Fail(operand.Syntax, $"- takes a number or a duration, and this is {operand.Type.Describe()}"),
    };

    public static Operand? BindBinary(Binder binder, BinarySyntax binary, Operand left, Operand right)
    {
        foreach (var side in (ReadOnlySpan<Operand>)[left, right])
        {
            if (side.Type != ExpressionType.Null) continue;
            return binder.Fail(binary, $"{binary.Symbol} with the word null is always null; is_null(x) asks for it, coalesce(x, y) fills it in");
        }
        return Precedence.Of(binary.Symbol) switch
        {
            Precedence.And or Precedence.Or => BindLogic(binder, binary, left, right),
            Precedence.Comparison => BindComparison(binder, binary, left, right),
            _ => BindArithmetic(binder, binary, left, right),
        };
    }

    private static Operand? BindLogic(Binder binder, BinarySyntax binary, Operand left, Operand right)
    {
        foreach (var side in (ReadOnlySpan<Operand>)[left, right])
        {
            if (side.Type != ExpressionType.Bool) return binder.Fail(side.Syntax, $"{binary.Symbol} takes bools, and this is {side.Type.Describe()}");
        }
        Node code = binary.Symbol == "and" ? new And(left.Truth, right.Truth) : new Or(left.Truth, right.Truth);
        return Binder.Make(binary, ExpressionType.Bool, code, left, right);
    }

    private static Operand? BindComparison(Binder binder, BinarySyntax binary, Operand left, Operand right)
    {
        var common = Coercion.Common([left, right]);
        if (common is null || common.Value.IsList())
        {
            return binder.Fail(binary,
                $"{binary.Symbol} compares two values of one type, and here are {left.Type.Describe()} and {right.Type.Describe()}" + Hint(left, right));
        }
        left = Coercion.To(left, common.Value);
        right = Coercion.To(right, common.Value);
        if (common == ExpressionType.Bool)
        {
            return binary.Symbol is "==" or "!="
                ? Binder.Make(binary, ExpressionType.Bool, new CompareTruths(left.Truth, right.Truth, binary.Symbol == "!="), left, right)
                : binder.Fail(binary, $"bools have no order; {binary.Symbol} takes numbers, strings, timestamps or durations");
        }
        var code = binary.Symbol switch
        {
            "==" => Compare<Equal>(common.Value, left, right),
            "!=" => Compare<NotEqual>(common.Value, left, right),
            "<" => Compare<Less>(common.Value, left, right),
            "<=" => Compare<LessOrEqual>(common.Value, left, right),
            ">" => Compare<Greater>(common.Value, left, right),
            _ => Compare<GreaterOrEqual>(common.Value, left, right),
        };
        return Binder.Make(binary, ExpressionType.Bool, code, left, right);
    }

    private static Node Compare<TOp>(ExpressionType type, Operand left, Operand right) where TOp : struct, IComparison => type switch
    {
        ExpressionType.Double => new CompareNumbers<TOp>(left.Number, right.Number),
        ExpressionType.String => new CompareTexts<TOp>(left.Text, right.Text),
        _ => new CompareWholes<TOp>(left.Whole, right.Whole),
    };

    private static Operand? BindArithmetic(Binder binder, BinarySyntax binary, Operand left, Operand right)
    {
        if (left.Type.IsNumber() && right.Type.IsNumber()) return BindNumbers(binary, left, right);
        ExpressionType? type = (binary.Symbol, left.Type, right.Type) switch
        {
            ("-", ExpressionType.Timestamp, ExpressionType.Timestamp) => ExpressionType.Duration,
            ("+" or "-", ExpressionType.Timestamp, ExpressionType.Duration) => ExpressionType.Timestamp,
            ("+", ExpressionType.Duration, ExpressionType.Timestamp) => ExpressionType.Timestamp,
            ("+" or "-", ExpressionType.Duration, ExpressionType.Duration) => ExpressionType.Duration,
            ("/", ExpressionType.Duration, ExpressionType.Duration) => ExpressionType.Double,
            _ => null,
        };
        if (type is null)
        {
            return binder.Fail(binary, $"{binary.Symbol} does not take {left.Type.Describe()} and {right.Type.Describe()}" + Hint(left, right));
        }
        Node code = binary.Symbol switch
        {
            "+" => new Binary<WholeAdd, long, long, long>(left.Whole, right.Whole),
            "-" => new Binary<WholeSubtract, long, long, long>(left.Whole, right.Whole),
            _ => new Binary<DurationRatio, long, long, double>(left.Whole, right.Whole),
        };
        return Binder.Make(binary, type.Value, code, left, right);
    }

    private static Operand BindNumbers(BinarySyntax binary, Operand left, Operand right)
    {
        var whole = left.Type == ExpressionType.Int64 && right.Type == ExpressionType.Int64 && binary.Symbol != "/";
        if (!whole)
        {
            left = Coercion.To(left, ExpressionType.Double);
            right = Coercion.To(right, ExpressionType.Double);
        }
        Node code = (binary.Symbol, whole) switch
        {
            ("+", true) => new Binary<WholeAdd, long, long, long>(left.Whole, right.Whole),
            ("-", true) => new Binary<WholeSubtract, long, long, long>(left.Whole, right.Whole),
            ("*", true) => new Binary<WholeMultiply, long, long, long>(left.Whole, right.Whole),
            ("%", true) => new Binary<WholeRemainder, long, long, long>(left.Whole, right.Whole),
            ("+", _) => new Binary<NumberAdd, double, double, double>(left.Number, right.Number),
            ("-", _) => new Binary<NumberSubtract, double, double, double>(left.Number, right.Number),
            ("*", _) => new Binary<NumberMultiply, double, double, double>(left.Number, right.Number),
            ("/", _) => new Binary<NumberDivide, double, double, double>(left.Number, right.Number),
            _ => new Binary<NumberRemainder, double, double, double>(left.Number, right.Number),
        };
        return Binder.Make(binary, whole ? ExpressionType.Int64 : ExpressionType.Double, code, left, right);
    }

    private static string Hint(Operand left, Operand right)
    {
        bool Any(ExpressionType type) => left.Type == type || right.Type == type;
        if (Any(ExpressionType.Timestamp) && Any(ExpressionType.String)) return "; a moment is written timestamp('2026-01-31T12:00:00Z')";
        if (Any(ExpressionType.Timestamp) || Any(ExpressionType.Duration))
        {
            return "; a length of time is written duration('7d'), and days(d) makes a number of one";
        }
        if (Any(ExpressionType.String) && (left.Type == right.Type)) return "; strings are joined by concat(a, b)";
        return Any(ExpressionType.String) ? "; to_int(s) and to_double(s) read a number, to_string(x) writes one" : "";
    }
}
