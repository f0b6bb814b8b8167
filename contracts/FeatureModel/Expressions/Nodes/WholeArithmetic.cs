// Hot path.
namespace FeatureModel.Expressions.Nodes;

// Whole numbers, times and durations. A result that does not fit 64 bits is null.

internal readonly struct WholeAdd : IBinary<long, long, long>
{
    public static bool Try(long a, long b, out long result)
    {
        result = unchecked(a + b);
        return ((a ^ result) & (b ^ result)) >= 0;
    }
}

internal readonly struct WholeSubtract : IBinary<long, long, long>
{
    public static bool Try(long a, long b, out long result)
    {
        result = unchecked(a - b);
        return ((a ^ b) & (a ^ result)) >= 0;
    }
}

internal readonly struct WholeMultiply : IBinary<long, long, long>
{
    public static bool Try(long a, long b, out long result)
    {
        var high = Math.BigMul(a, b, out result);
        return high == result >> 63;
    }
}

/// <summary>The remainder has the sign of the dividend.</summary>
internal readonly struct WholeRemainder : IBinary<long, long, long>
{
    public static bool Try(long a, long b, out long result)
    {
        // By -1 the processor itself overflows at the least number; nothing ever remains.
        result = b is 0 or -1 ? 0 : a % b;
        return b != 0;
    }
}

internal readonly struct WholeNegate : IUnary<long, long>
{
    public static bool Try(long a, out long result)
    {
        result = unchecked(-a);
        return a != long.MinValue;
    }
}

internal readonly struct WholeAbs : IUnary<long, long>
{
    public static bool Try(long a, out long result)
    {
        result = a < 0 ? unchecked(-a) : a;
        return a != long.MinValue;
    }
}

internal readonly struct WholeSign : IUnary<long, long>
{
    public static bool Try(long a, out long result)
    {
        result = Math.Sign(a);
        return true;
    }
}

internal readonly struct WholeMin : IBinary<long, long, long>
{
    public static bool Try(long a, long b, out long result)
    {
        result = Math.Min(a, b);
        return true;
    }
}

internal readonly struct WholeMax : IBinary<long, long, long>
{
    public static bool Try(long a, long b, out long result)
    {
        result = Math.Max(a, b);
        return true;
    }
}

internal readonly struct WholeClip : ITernary<long, long, long, long>
{
    public static bool Try(long a, long low, long high, out long result)
    {
        result = Math.Max(low, Math.Min(high, a));
        return low <= high;
    }
}
