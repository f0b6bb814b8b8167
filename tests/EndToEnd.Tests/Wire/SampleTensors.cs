namespace EndToEnd.Tests.Wire;

/// <summary>Six elements of each datatype, the extreme ones among them.</summary>
internal static class SampleTensors
{
    // Nothing, plain, NUL inside, Chinese, beyond the basic plane, and bytes that are no UTF-8.
    private static readonly byte[][] Strings = [[], [.. "ab"u8], [(byte)'a', 0, (byte)'b'], [.. "会员"u8], [.. "🙂"u8], [0xFF, 0xFE, 0x80]];

    /// <summary>The protocol's 14 datatypes.</summary>
    public static string[] Datatypes { get; } =
        ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES", "BF16"];

    /// <summary>A tensor of at most six elements, taken from the front of the samples.</summary>
    public static TensorValue Of(string datatype, string name, params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, (product, dim) => product * dim);
        return datatype switch
        {
            "BOOL" => Numbers<byte>(0, 1, 1, 0, 1, 0),
            "UINT8" => Numbers<byte>(255, 1, 127, 128, 254, 0),
            "UINT16" => Numbers<ushort>(ushort.MaxValue, 1, 255, 256, 32768, 0),
            "UINT32" => Numbers(uint.MaxValue, 1u, 256u, 65536u, 2147483648u, 0u),
            "UINT64" => Numbers(ulong.MaxValue, 1ul, 65536ul, 4294967296ul, 9223372036854775808ul, 0ul),
            "INT8" => Numbers<sbyte>(sbyte.MinValue, 1, -1, 100, sbyte.MaxValue, 0),
            "INT16" => Numbers<short>(short.MinValue, 1, -1, 256, short.MaxValue, 0),
            "INT32" => Numbers(int.MinValue, 1, -1, 65536, int.MaxValue, 0),
            "INT64" => Numbers(long.MinValue, 1L, -1L, 4294967296L, long.MaxValue, 0L),
            "FP16" => Numbers(Half.NegativeInfinity, (Half)1.5, Half.NegativeZero, Half.MaxValue, Half.Epsilon, Half.Zero),
            "FP32" => Numbers(float.NegativeInfinity, 1.5f, -0f, float.MaxValue, float.Epsilon, 0f),
            "FP64" => Numbers(double.NegativeInfinity, 1.5, -0.0, double.MaxValue, double.Epsilon, 0.0),
            // Infinity, 1, -1, the largest, the smallest and zero, by their bits.
            "BF16" => Numbers<ushort>(0x7F80, 0x3F80, 0xBF80, 0x7F7F, 0x0001, 0x0000),
            "BYTES" => TensorValue.OfStrings(name, shape, Strings.Reverse().Take(count)),
            _ => throw new ArgumentOutOfRangeException(nameof(datatype), datatype, "not one of the 14"),
        };

        TensorValue Numbers<T>(params T[] samples) where T : unmanaged => TensorValue.Of(name, datatype, shape, samples[..count]);
    }
}
