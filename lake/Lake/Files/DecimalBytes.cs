using System.Numerics;

namespace Lake.Files;

/// <summary>Decimals as big-endian two's complement bytes of a fixed length.</summary>
internal static class DecimalBytes
{
    /// <summary>The fewest bytes that hold any number of so many digits.</summary>
    public static int Needed(int precision)
    {
        var limit = BigInteger.Pow(10, precision) - 1;
        return limit.GetByteCount(isUnsigned: false);
    }

    public static byte[] Write(BigInteger value, int length)
    {
        var bytes = new byte[length];
        if (value.Sign < 0) Array.Fill(bytes, (byte)0xff);
        var count = value.GetByteCount(isUnsigned: false);
        if (count > length) throw new ArgumentOutOfRangeException(nameof(value), $"a decimal needs {count} bytes; its column has {length}");
        value.TryWriteBytes(bytes.AsSpan(length - count), out _, isUnsigned: false, isBigEndian: true);
        return bytes;
    }

    public static BigInteger Read(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: false, isBigEndian: true);
}
