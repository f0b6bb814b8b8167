// Hot path.
using System.Diagnostics.CodeAnalysis;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

internal readonly struct ListLength : IUnary<Array, long>
{
    public static bool Try(Array a, out long result)
    {
        result = a.Length;
        return true;
    }
}

/// <summary>An element of a list, counted from 0; null where there is none.</summary>
internal sealed class ElementOf<TOp, T>(Node<Array> list, Node<long> index) : Node<T> where TOp : struct, IElement<T>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!list.TryGet(slots, out var array) || !index.TryGet(slots, out var at)) return false;
        return (ulong)at < (ulong)array.Length && TOp.TryGet(array, (int)at, out value);
    }
}

/// <summary>Whether a list holds a value.</summary>
internal sealed class InList<TOp, T>(Node<T> operand, Node<Array> list, bool negated) : Node<bool> where TOp : struct, IElement<T>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        value = false;
        if (!operand.TryGet(slots, out var wanted) || !list.TryGet(slots, out var array)) return false;
        var found = false;
        for (var i = 0; i < array.Length && !found; i++) found = TOp.TryGet(array, i, out var element) && TOp.AreEqual(wanted, element);
        value = found != negated;
        return true;
    }
}

/// <summary>How elements are read of the arrays that hold them.</summary>
internal interface IElement<T>
{
    static abstract bool TryGet(Array array, int index, [MaybeNullWhen(false)] out T value);
    static abstract bool AreEqual(T a, T b);
}

/// <summary>Of int[] and long[]: whole numbers and times.</summary>
internal readonly struct WholeElement : IElement<long>
{
    public static bool TryGet(Array array, int index, out long value)
    {
        value = array is long[] wide ? wide[index] : ((int[])array)[index];
        return true;
    }

    public static bool AreEqual(long a, long b) => a == b;
}

/// <summary>Of float[] and double[].</summary>
internal readonly struct NumberElement : IElement<double>
{
    public static bool TryGet(Array array, int index, out double value)
    {
        value = array is double[] wide ? wide[index] : ((float[])array)[index];
        return true;
    }

    public static bool AreEqual(double a, double b) => a == b;
}

internal readonly struct TruthElement : IElement<bool>
{
    public static bool TryGet(Array array, int index, out bool value)
    {
        value = ((bool[])array)[index];
        return true;
    }

    public static bool AreEqual(bool a, bool b) => a == b;
}

internal readonly struct TextElement : IElement<string>
{
    public static bool TryGet(Array array, int index, [MaybeNullWhen(false)] out string value) => (value = ((string?[])array)[index]) is not null;

    public static bool AreEqual(string a, string b) => string.Equals(a, b);
}

/// <summary>Sum of products of two lists' elements, added in their order so that every machine gets the same; null for unequal lengths.</summary>
internal readonly struct Dot : IBinary<Array, Array, double>
{
    public static bool Try(Array a, Array b, out double result)
    {
        result = 0;
        if (a.Length != b.Length) return false;
        if (a is float[] x && b is float[] y)
        {
            for (var i = 0; i < x.Length; i++) result += (double)x[i] * y[i];
            return double.IsFinite(result);
        }
        for (var i = 0; i < a.Length; i++)
        {
            NumberElement.TryGet(a, i, out var left);
            NumberElement.TryGet(b, i, out var right);
            result += left * right;
        }
        return double.IsFinite(result);
    }
}
