// Hot path.
namespace FeatureModel.Expressions.Nodes;

// Doubles. A result that is not finite is null, so neither NaN nor infinity ever comes out of arithmetic.

internal readonly struct NumberAdd : IBinary<double, double, double>
{
    public static bool Try(double a, double b, out double result) => double.IsFinite(result = a + b);
}

internal readonly struct NumberSubtract : IBinary<double, double, double>
{
    public static bool Try(double a, double b, out double result) => double.IsFinite(result = a - b);
}

internal readonly struct NumberMultiply : IBinary<double, double, double>
{
    public static bool Try(double a, double b, out double result) => double.IsFinite(result = a * b);
}

internal readonly struct NumberDivide : IBinary<double, double, double>
{
    public static bool Try(double a, double b, out double result) => double.IsFinite(result = a / b);
}

/// <summary>The remainder has the sign of the dividend.</summary>
internal readonly struct NumberRemainder : IBinary<double, double, double>
{
    public static bool Try(double a, double b, out double result) => double.IsFinite(result = a % b);
}

internal readonly struct NumberMin : IBinary<double, double, double>
{
    public static bool Try(double a, double b, out double result) => double.IsFinite(result = Math.Min(a, b));
}

internal readonly struct NumberMax : IBinary<double, double, double>
{
    public static bool Try(double a, double b, out double result) => double.IsFinite(result = Math.Max(a, b));
}

internal readonly struct Power : IBinary<double, double, double>
{
    public static bool Try(double a, double b, out double result) => double.IsFinite(result = Math.Pow(a, b));
}
