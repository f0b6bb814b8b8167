// Hot path.
namespace FeatureModel.Expressions.Nodes;

// Functions of doubles. A result that is not finite is null, as in arithmetic.

internal readonly struct NumberNegate : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = -a);
}

internal readonly struct NumberAbs : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Abs(a));
}

internal readonly struct Log : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Log(a));
}

internal readonly struct Log2 : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Log2(a));
}

internal readonly struct Log10 : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Log10(a));
}

internal readonly struct Exp : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Exp(a));
}

internal readonly struct SquareRoot : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Sqrt(a));
}

internal readonly struct Floor : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Floor(a));
}

internal readonly struct Ceiling : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Ceiling(a));
}

/// <summary>A half goes away from zero.</summary>
internal readonly struct Round : IUnary<double, double>
{
    public static bool Try(double a, out double result) => double.IsFinite(result = Math.Round(a, MidpointRounding.AwayFromZero));
}

/// <summary>log(1 + a) without the loss of a's digits in the sum: the second term puts right what the sum lost (GNU Scientific Library, log1p).</summary>
internal readonly struct LogOnePlus : IUnary<double, double>
{
    public static bool Try(double a, out double result)
    {
        var sum = 1 + a;
        result = Math.Log(sum) - (sum - 1 - a) / sum;
        return double.IsFinite(result);
    }
}

internal readonly struct NumberSign : IUnary<double, long>
{
    public static bool Try(double a, out long result)
    {
        result = a > 0 ? 1 : a < 0 ? -1 : 0;
        return !double.IsNaN(a);
    }
}

internal readonly struct NumberClip : ITernary<double, double, double, double>
{
    // A NaN anywhere comes through Math.Min and Math.Max and is not finite.
    public static bool Try(double a, double low, double high, out double result) =>
        double.IsFinite(result = Math.Max(low, Math.Min(high, a))) && low <= high;
}

internal readonly struct IsNotANumber : IUnary<double, bool>
{
    public static bool Try(double a, out bool result)
    {
        result = double.IsNaN(a);
        return true;
    }
}
