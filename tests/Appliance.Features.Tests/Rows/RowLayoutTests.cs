using Appliance.Features.Rows;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Rows;

public sealed class RowLayoutTests
{
    private static readonly (string, FeatureDataType)[] EveryType =
    [
        ("flag", FeatureDataType.Bool), ("name", FeatureDataType.String), ("amount", FeatureDataType.Double), ("visits", FeatureDataType.Int64),
        ("age", FeatureDataType.Int32), ("score", FeatureDataType.Float), ("seen", FeatureDataType.UnixTimestamp), ("raw", FeatureDataType.Bytes),
        ("embedding", FeatureDataType.FloatList), ("tags", FeatureDataType.StringList), ("parts", FeatureDataType.BytesList), ("doc", FeatureDataType.Json),
        ("flags", FeatureDataType.BoolList), ("counts", FeatureDataType.Int64List), ("small", FeatureDataType.Int32List), ("prices", FeatureDataType.DoubleList),
        ("moments", FeatureDataType.UnixTimestampList),
    ];

    private static readonly FeatureValue[] Values =
    [
        FeatureValue.Of(true), FeatureValue.Of("会员 🐉"), FeatureValue.Of(-0.1), FeatureValue.Of(long.MinValue), FeatureValue.Of(int.MaxValue), FeatureValue.Of(1.5f),
        FeatureValue.OfTimestamp(1_735_689_002_000_000), FeatureValue.Of([0, 255]), FeatureValue.OfList(FeatureDataType.FloatList, new[] { 0.25f, float.NaN }),
        FeatureValue.OfList(FeatureDataType.StringList, new[] { "", "门店", "b" }), FeatureValue.OfList(FeatureDataType.BytesList, new byte[][] { [1], [] }),
        FeatureValue.OfJson("{\"a\":1}"), FeatureValue.OfList(FeatureDataType.BoolList, new[] { true, false }),
        FeatureValue.OfList(FeatureDataType.Int64List, new[] { 1L, -1 }), FeatureValue.OfList(FeatureDataType.Int32List, new[] { 7 }),
        FeatureValue.OfList(FeatureDataType.DoubleList, Array.Empty<double>()), FeatureValue.OfList(FeatureDataType.UnixTimestampList, new[] { 5L }),
    ];

    private readonly RowLayout _layout = new(EveryType);

    [Fact]
    public void Every_type_comes_back_as_it_went_in()
    {
        var row = Write(_layout, Values);

        for (var i = 0; i < Values.Length; i++) Assert.Equal(Values[i], _layout.Read(row, i));
    }

    [Fact]
    public void A_null_is_told_from_an_empty_value_wherever_it_stands()
    {
        for (var absent = 0; absent < Values.Length; absent++)
        {
            var values = (FeatureValue[])Values.Clone();
            values[absent] = FeatureValue.Null;
            var row = Write(_layout, values);

            for (var i = 0; i < values.Length; i++)
            {
                Assert.Equal(i == absent, _layout.IsNull(row, i));
                Assert.Equal(values[i], _layout.Read(row, i));
            }
        }
    }

    [Fact]
    public void Sixty_four_floats_take_eight_bytes_beside_their_own()
    {
        var layout = new RowLayout([.. Enumerable.Range(0, 64).Select(i => ($"f{i}", FeatureDataType.Float))]);

        Assert.True(layout.IsFixed);
        Assert.Equal(8 + 64 * 4, layout.FixedBytes);
    }

    [Fact]
    public void Numbers_are_read_as_doubles_and_text_is_not()
    {
        var row = Write(_layout, Values);

        Assert.True(_layout.TryReadNumber(row, _layout.Find("amount"), out var amount));
        Assert.Equal(-0.1, amount);
        Assert.True(_layout.TryReadNumber(row, _layout.Find("age"), out var age));
        Assert.Equal(int.MaxValue, age);
        Assert.True(_layout.TryReadNumber(row, _layout.Find("flag"), out var flag));
        Assert.Equal(1, flag);
        Assert.False(_layout.TryReadNumber(row, _layout.Find("name"), out _));
        Assert.Equal(-1, _layout.Find("absent"));
    }

    [Fact]
    public void Bytes_that_are_no_row_are_read_within_their_bounds()
    {
        var row = Write(_layout, Values);
        var random = new Random(20250101);
        for (var round = 0; round < 2_000; round++)
        {
            var torn = row.AsSpan(0, random.Next(row.Length + 1)).ToArray();
            for (var change = 0; change < 4 && torn.Length > 0; change++) torn[random.Next(torn.Length)] = (byte)random.Next(256);
            for (var i = 0; i < Values.Length; i++) _layout.Read(torn, i);
        }
    }

    private static byte[] Write(RowLayout layout, FeatureValue[] values)
    {
        var row = new byte[layout.Measure(values)];
        Assert.Equal(row.Length, layout.Write(values, row));
        return row;
    }
}
