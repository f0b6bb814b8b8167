using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Vectors;

/// <summary>Compares answers bit for bit; only two NaNs may differ in their bits.</summary>
internal static class TensorDifference
{
    /// <summary>The first difference, in words; null when there is none.</summary>
    public static string? Between(IReadOnlyList<TensorValue> expected, IReadOnlyList<TensorValue> actual)
    {
        if (expected.Count != actual.Count) return $"{actual.Count} outputs instead of {expected.Count}";
        return expected.Zip(actual, Between).FirstOrDefault(difference => difference is not null);
    }

    public static string? Between(TensorValue expected, TensorValue actual)
    {
        if (expected.Name != actual.Name || expected.Datatype != actual.Datatype || !expected.Shape.SequenceEqual(actual.Shape)) return $"{actual} instead of {expected}";
        if (expected.Raw.AsSpan().SequenceEqual(actual.Raw)) return null;
        if (expected.Raw.Length != actual.Raw.Length) return $"{actual.Raw.Length} bytes instead of {expected.Raw.Length} in '{expected.Name}'";
        var size = TensorElements.Size(expected.Datatype);
        if (size == 0) return $"other strings in '{expected.Name}'";
        for (var at = 0; at < expected.Raw.Length; at += size)
        {
            var wanted = expected.Raw.AsSpan(at, size);
            var got = actual.Raw.AsSpan(at, size);
            if (wanted.SequenceEqual(got) || (IsNaN(wanted, expected.Datatype) && IsNaN(got, expected.Datatype))) continue;
            return $"element {at / size} of '{expected.Name}' is {Convert.ToHexString(got)} instead of {Convert.ToHexString(wanted)} ({expected.Datatype})";
        }
        return null;
    }

    private static bool IsNaN(ReadOnlySpan<byte> element, string datatype) => datatype switch
    {
        "FP32" => float.IsNaN(BitConverter.ToSingle(element)),
        "FP64" => double.IsNaN(BitConverter.ToDouble(element)),
        "FP16" => Half.IsNaN(BitConverter.ToHalf(element)),
        "BF16" => float.IsNaN(BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(element) << 16)),
        _ => false,
    };
}
