using System.Diagnostics;

namespace FeatureModel.Values;

/// <summary>
/// One value of a feature, or null. Immutable. Numbers, truth values and moments are held in place; text, bytes and lists by reference:
/// string, byte[], or the array of the element type (string[], int[], long[], double[], float[], bool[], byte[][]; moments are long[]).
/// </summary>
public readonly struct FeatureValue : IEquatable<FeatureValue>
{
    private readonly long _bits;
    private readonly object? _reference;

    private FeatureValue(FeatureDataType type, long bits, object? reference)
    {
        Type = type;
        _bits = bits;
        _reference = reference;
    }

    /// <summary>No value.</summary>
    public static FeatureValue Null => default;

    /// <summary>0 for null.</summary>
    public FeatureDataType Type { get; }

    public bool IsNull => Type == 0;

    public static FeatureValue Of(int value) => new(FeatureDataType.Int32, value, null);

    public static FeatureValue Of(long value) => new(FeatureDataType.Int64, value, null);

    public static FeatureValue Of(double value) => new(FeatureDataType.Double, BitConverter.DoubleToInt64Bits(value), null);

    public static FeatureValue Of(float value) => new(FeatureDataType.Float, BitConverter.SingleToInt32Bits(value), null);

    public static FeatureValue Of(bool value) => new(FeatureDataType.Bool, value ? 1 : 0, null);

    public static FeatureValue Of(string value) => new(FeatureDataType.String, 0, value);

    public static FeatureValue Of(byte[] value) => new(FeatureDataType.Bytes, 0, value);

    /// <param name="micros">Microseconds since 1970-01-01T00:00:00Z.</param>
    public static FeatureValue OfTimestamp(long micros) => new(FeatureDataType.UnixTimestamp, micros, null);

    /// <param name="text">A JSON object or array, already checked to be one.</param>
    public static FeatureValue OfJson(string text) => new(FeatureDataType.Json, 0, text);

    /// <param name="type">A list type.</param>
    /// <param name="elements">The array that the type's summary names; not copied, not to be changed afterwards.</param>
    public static FeatureValue OfList(FeatureDataType type, Array elements)
    {
        Debug.Assert(type.IsList(), "Only list types hold arrays.");
        return new FeatureValue(type, 0, elements);
    }

    /// <summary>A whole number, a truth value as 0 or 1, or a moment in microseconds.</summary>
    public long AsInt64 => _bits;

    public bool AsBool => _bits != 0;

    /// <summary>Any numeric value as a double; whole numbers above 2^53 lose their last digits.</summary>
    public double AsDouble => Type switch
    {
        FeatureDataType.Double => BitConverter.Int64BitsToDouble(_bits),
        FeatureDataType.Float => BitConverter.Int32BitsToSingle((int)_bits),
        _ => _bits,
    };

    public float AsFloat => Type == FeatureDataType.Float ? BitConverter.Int32BitsToSingle((int)_bits) : (float)AsDouble;

    /// <summary>Text of a string or of JSON.</summary>
    public string AsString => (string)_reference!;

    public byte[] AsBytes => (byte[])_reference!;

    public Array AsList => (Array)_reference!;

    public bool Equals(FeatureValue other) => Type == other.Type && _bits == other._bits && ReferenceEquals(_reference, other._reference)
        || Type == other.Type && _bits == other._bits && SameContent(_reference, other._reference);

    public override bool Equals(object? obj) => obj is FeatureValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Type, _bits, _reference is string text ? text.GetHashCode(StringComparison.Ordinal) : 0);

    public override string ToString() => Type switch
    {
        0 => "null",
        FeatureDataType.Double or FeatureDataType.Float => AsDouble.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        FeatureDataType.Bool => AsBool ? "true" : "false",
        FeatureDataType.Int32 or FeatureDataType.Int64 or FeatureDataType.UnixTimestamp => _bits.ToString(System.Globalization.CultureInfo.InvariantCulture),
        FeatureDataType.String or FeatureDataType.Json => AsString,
        _ => $"{Type.Name()}[{AsList.Length}]",
    };

    private static bool SameContent(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (string x, string y) => x == y,
        (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
        (byte[][] x, byte[][] y) => x.Length == y.Length && x.Zip(y).All(p => p.First.AsSpan().SequenceEqual(p.Second)),
        (string[] x, string[] y) => x.AsSpan().SequenceEqual(y),
        (int[] x, int[] y) => x.AsSpan().SequenceEqual(y),
        (long[] x, long[] y) => x.AsSpan().SequenceEqual(y),
        (bool[] x, bool[] y) => x.AsSpan().SequenceEqual(y),
        (float[] x, float[] y) => x.AsSpan().SequenceEqual(y),
        (double[] x, double[] y) => x.AsSpan().SequenceEqual(y),
        _ => false,
    };
}
