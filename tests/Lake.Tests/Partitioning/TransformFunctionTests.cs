using System.Numerics;
using Lake.Metadata;
using Lake.Partitioning;
using Lake.Types;
using Lake.Values;

namespace Lake.Tests.Partitioning;

public sealed class TransformFunctionTests
{
    // The specification's appendix B.
    public static TheoryData<string, string, int> Hashes => new()
    {
        { "int", "34", 2017239379 },
        { "long", "34", 2017239379 },
        { "decimal(4,2)", "14.20", -500754589 },
        { "date", "2017-11-16", -653330422 },
        { "time", "22:31:08", -662762989 },
        { "timestamp", "2017-11-16T22:31:08", -2047944441 },
        { "timestamp", "2017-11-16T22:31:08.000001", -1207196810 },
        { "timestamptz", "2017-11-16T14:31:08-08:00", -2047944441 },
        { "timestamptz", "2017-11-16T14:31:08.000001-08:00", -1207196810 },
        { "string", "iceberg", 1210000089 },
        { "uuid", "f79c3e09-677c-4bbd-a479-3f349cb785e7", 1488055340 },
        { "fixed[4]", "00010203", -188683207 },
        { "binary", "00010203", -188683207 },
    };

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Hashes_are_those_of_the_specification(string typeName, string text, int hash)
    {
        Assert.True(PrimitiveType.TryParse(typeName, out var type));
        Assert.True(ValueText.TryParse(type, text, out var value));
        Assert.Equal(hash, TransformFunction.Hash(type, value));
        Assert.Equal((hash & int.MaxValue) % 16, TransformFunction.Apply(Transform.Bucket(16), type, value));
    }

    [Theory]
    [InlineData("int", "1", 10, "0")]
    [InlineData("int", "-1", 10, "-10")]
    [InlineData("long", "-11", 10, "-20")]
    [InlineData("decimal(9,2)", "10.65", 50, "10.50")]
    [InlineData("decimal(9,2)", "-0.05", 10, "-0.10")]
    [InlineData("string", "iceberg", 3, "ice")]
    [InlineData("string", "冰山数据", 2, "冰山")]
    [InlineData("string", "a😀b", 2, "a😀")]
    [InlineData("binary", "0102030405", 3, "010203")]
    public void Truncation_goes_down_and_counts_characters(string typeName, string text, int width, string expected)
    {
        Assert.True(PrimitiveType.TryParse(typeName, out var type));
        Assert.True(ValueText.TryParse(type, text, out var value));
        Assert.Equal(expected, ValueText.Write(type, TransformFunction.Apply(Transform.Truncate(width), type, value)!));
    }

    [Theory]
    [InlineData("2017-11-16T22:31:08Z", 47, 574, 17486, 419686)]
    [InlineData("1970-01-01T00:00:00Z", 0, 0, 0, 0)]
    [InlineData("1969-12-31T23:59:59Z", -1, -1, -1, -1)]
    [InlineData("2024-02-29T12:00:00Z", 54, 649, 19782, 474780)]
    public void Times_are_counted_from_1970_downwards_too(string text, int year, int month, int day, int hour)
    {
        Assert.True(ValueText.TryParse(PrimitiveType.TimestampTz, text, out var value));
        Transform[] transforms = [Transform.Year, Transform.Month, Transform.Day, Transform.Hour];
        Assert.Equal([year, month, day, hour], transforms.Select(t => (int)TransformFunction.Apply(t, PrimitiveType.TimestampTz, value)!));
        var nanos = (long)value * 1000;
        Assert.Equal([year, month, day, hour], transforms.Select(t => (int)TransformFunction.Apply(t, PrimitiveType.TimestampNs, nanos)!));
    }

    [Fact]
    public void Every_day_of_four_centuries_has_the_calendar_s_year_and_month()
    {
        for (var date = new DateOnly(1799, 12, 31); date < new DateOnly(2201, 1, 1); date = date.AddDays(1))
        {
            var days = date.DayNumber - new DateOnly(1970, 1, 1).DayNumber;
            Assert.Equal(date.Year - 1970, TransformFunction.Apply(Transform.Year, PrimitiveType.Date, days));
            Assert.Equal(((date.Year - 1970) * 12) + date.Month - 1, TransformFunction.Apply(Transform.Month, PrimitiveType.Date, days));
        }
    }

    [Fact]
    public void Null_stays_null_and_void_makes_all_null()
    {
        Assert.Null(TransformFunction.Apply(Transform.Bucket(4), PrimitiveType.Int, null));
        Assert.Null(TransformFunction.Apply(Transform.Void, PrimitiveType.Int, 5));
        Assert.Equal(new BigInteger(5), TransformFunction.Apply(Transform.Identity, PrimitiveType.Decimal(3, 0), new BigInteger(5)));
    }
}
