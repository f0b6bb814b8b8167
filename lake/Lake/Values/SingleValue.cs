using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Lake.Types;

namespace Lake.Values;

/// <summary>
/// One value of a primitive type, by the specification's appendix D. Values are boxed .NET ones: bool; int for int and date (days); long for long, time, timestamps (µs or
/// ns); float; double; <see cref="BigInteger"/> for a decimal's unscaled digits; string; <see cref="Guid"/>; byte[] for fixed and binary. Thread-safe.
/// </summary>
public static class SingleValue
{
    /// <summary>The bytes of bounds and partition values.</summary>
    public static byte[] Encode(PrimitiveType type, object value)
    {
        switch (type.Kind)
        {
            case TypeKind.Boolean:
                return [(byte)((bool)value ? 1 : 0)];
            case TypeKind.Int or TypeKind.Date:
                var four = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(four, (int)value);
                return four;
            case TypeKind.Float:
                var single = new byte[4];
                BinaryPrimitives.WriteSingleLittleEndian(single, (float)value);
                return single;
            case TypeKind.Double:
                var twice = new byte[8];
                BinaryPrimitives.WriteDoubleLittleEndian(twice, (double)value);
                return twice;
            case TypeKind.Decimal:
                return ((BigInteger)value).ToByteArray(isUnsigned: false, isBigEndian: true);
            case TypeKind.String:
                return Encoding.UTF8.GetBytes((string)value);
            case TypeKind.Uuid:
                return ((Guid)value).ToByteArray(bigEndian: true);
            case TypeKind.Fixed or TypeKind.Binary:
                return (byte[])value;
            case TypeKind.Long or TypeKind.Time or TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampNs or TypeKind.TimestampTzNs:
                var eight = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(eight, (long)value);
                return eight;
            default:
                throw new ArgumentException($"type is {type}; it has no single value", nameof(type));
        }
    }

    /// <summary>Reads bytes back. Bytes that were written before the type was widened are read by their length.</summary>
    /// <exception cref="LakeFormatException">The number of bytes is not that of the type.</exception>
    public static object Decode(PrimitiveType type, ReadOnlySpan<byte> bytes)
    {
        switch (type.Kind)
        {
            case TypeKind.Boolean when bytes.Length == 1:
                return bytes[0] != 0;
            case TypeKind.Int or TypeKind.Date when bytes.Length == 4:
                return BinaryPrimitives.ReadInt32LittleEndian(bytes);
            case TypeKind.Float when bytes.Length == 4:
                return BinaryPrimitives.ReadSingleLittleEndian(bytes);
            case TypeKind.Double when bytes.Length == 8:
                return BinaryPrimitives.ReadDoubleLittleEndian(bytes);
            case TypeKind.Double when bytes.Length == 4:
                return (double)BinaryPrimitives.ReadSingleLittleEndian(bytes);
            case TypeKind.Decimal when bytes.Length is > 0 and <= 16:
                return new BigInteger(bytes, isUnsigned: false, isBigEndian: true);
            case TypeKind.String:
                return Encoding.UTF8.GetString(bytes);
            case TypeKind.Uuid when bytes.Length == 16:
                return new Guid(bytes, bigEndian: true);
            case TypeKind.Fixed or TypeKind.Binary:
                return bytes.ToArray();
            case TypeKind.Long when bytes.Length == 4:
                return (long)BinaryPrimitives.ReadInt32LittleEndian(bytes);
            case TypeKind.Long or TypeKind.Time or TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampNs or TypeKind.TimestampTzNs when bytes.Length == 8:
                return BinaryPrimitives.ReadInt64LittleEndian(bytes);
            default:
                throw new LakeFormatException($"a value of type {type} has {bytes.Length} bytes; that is not its length");
        }
    }

    /// <summary>A whole number or a float as the type of its column at another time, before or after it was widened, has it; other values as they are.</summary>
    /// <exception cref="OverflowException">A value from after the widening that the narrow type does not hold.</exception>
    internal static object Fit(PrimitiveType type, object value) => (type.Kind, value) switch
    {
        (TypeKind.Long, int i) => (long)i,
        (TypeKind.Int, long l) => checked((int)l),
        (TypeKind.Double, float f) => (double)f,
        (TypeKind.Float, double d) => (float)d,
        _ => value,
    };

    /// <summary>Orders two values of a type: numbers as such (NaN above all), strings by code points, bytes as unsigned ones.</summary>
    public static int Compare(PrimitiveType type, object left, object right) => type.Kind switch
    {
        TypeKind.Boolean => ((bool)left).CompareTo((bool)right),
        TypeKind.Int or TypeKind.Date => ((int)left).CompareTo((int)right),
        TypeKind.Float => CompareFloats((float)left, (float)right),
        TypeKind.Double => CompareFloats((double)left, (double)right),
        TypeKind.Decimal => ((BigInteger)left).CompareTo((BigInteger)right),
        TypeKind.String => CompareStrings((string)left, (string)right),
        TypeKind.Uuid => ((Guid)left).ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(((Guid)right).ToByteArray(bigEndian: true)),
        TypeKind.Fixed or TypeKind.Binary => ((byte[])left).AsSpan().SequenceCompareTo((byte[])right),
        _ => ((long)left).CompareTo((long)right),
    };

    public static bool Equals(PrimitiveType type, object? left, object? right) =>
        left is null || right is null ? left is null && right is null : Compare(type, left, right) == 0;

    /// <summary>Whether it is a float that is no number.</summary>
    public static bool IsNaN(object value) => value is float.NaN or double.NaN;

    // .NET's own comparison puts NaN first. Zeros of both signs are one, as in SQL.
    private static int CompareFloats(double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? double.IsNaN(left).CompareTo(double.IsNaN(right)) : left < right ? -1 : left > right ? 1 : 0;

    // By code points, which is the order of the UTF-8 bytes: surrogates stand above all other UTF-16 units.
    private static int CompareStrings(string left, string right)
    {
        var shared = left.AsSpan().CommonPrefixLength(right);
        if (shared == left.Length || shared == right.Length) return left.Length.CompareTo(right.Length);
        var (a, b) = (left[shared], right[shared]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a).CompareTo(char.IsSurrogate(b));
    }
}
