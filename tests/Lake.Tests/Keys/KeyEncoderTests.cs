using System.Numerics;
using Lake.Keys;
using Lake.Tests.Tables;
using Lake.Types;

namespace Lake.Tests.Keys;

public sealed class KeyEncoderTests
{
    [Fact]
    public void Keys_are_equal_where_all_values_are_and_only_there()
    {
        NestedField[] columns =
        [
            NestedField.Optional(1, "a", PrimitiveType.String), NestedField.Optional(2, "b", PrimitiveType.String), NestedField.Optional(3, "x", PrimitiveType.Double),
            NestedField.Optional(4, "s", new StructType([NestedField.Optional(5, "n", PrimitiveType.Decimal(9, 2))])),
        ];
        object?[][] rows =
        [
            ["ab", "c", 0d, new object?[] { new BigInteger(1) }],
            ["a", "bc", 0d, new object?[] { new BigInteger(1) }],
            ["ab", "c", -0d, new object?[] { new BigInteger(1) }],
            ["ab", "c", double.NaN, new object?[] { new BigInteger(1) }],
            ["ab", "c", BitConverter.Int64BitsToDouble(0x7ff8000000000001), new object?[] { new BigInteger(1) }],
            ["ab", "c", null, null],
            ["ab", "c", null, new object?[] { null }],
            ["", null, null, null],
            [null, "", null, null],
            [new string('名', 100), "c", 0d, null],
        ];
        var encoder = new KeyEncoder(columns, [1, 2, 3, 5]);
        encoder.Bind(LakeBed.Rows(columns, rows));
        var keys = Enumerable.Range(0, rows.Length).Select(r => Convert.ToHexString(encoder.Key(r, out _))).ToList();
        // Zeros of both signs, NaNs of any bits, and a null in a struct or a null struct are one each.
        (int, int)[] same = [(0, 2), (3, 4), (5, 6)];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var k = i + 1; k < rows.Length; k++) Assert.True((keys[i] == keys[k]) == same.Contains((i, k)), $"rows {i} and {k}");
        }
        encoder.Key(5, out var nullField);
        Assert.Equal(3, nullField);
        encoder.Key(0, out var none);
        Assert.Equal(-1, none);
    }

    [Fact]
    public void A_set_knows_its_keys_and_their_memory()
    {
        var set = new KeySet();
        Assert.True(set.Add([1, 2]));
        Assert.False(set.Add([1, 2]));
        Assert.True(set.Add([]));
        Assert.Equal((2, 2L + (2 * 48), true, false), (set.Count, set.Bytes, set.Contains([1, 2]), set.Contains([2])));
    }
}
