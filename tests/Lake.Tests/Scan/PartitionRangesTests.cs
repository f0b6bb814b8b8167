using System.Numerics;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Partitioning;
using Lake.Scan;
using Lake.Types;
using Lake.Values;

namespace Lake.Tests.Scan;

public sealed class PartitionRangesTests
{
    private static readonly PredicateOp[] Comparisons = [PredicateOp.Less, PredicateOp.LessOrEqual, PredicateOp.Greater, PredicateOp.GreaterOrEqual, PredicateOp.Equal, PredicateOp.NotEqual];

    public static TheoryData<string, string> Transforms
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var type in (string[])["timestamp", "timestamptz", "timestamp_ns", "timestamptz_ns"])
            {
                foreach (var transform in (string[])["identity", "year", "month", "day", "hour", "bucket[7]"]) data.Add(type, transform);
            }
            foreach (var transform in (string[])["identity", "year", "month", "day", "bucket[7]"]) data.Add("date", transform);
            foreach (var type in (string[])["int", "long"])
            {
                foreach (var transform in (string[])["identity", "bucket[7]", "truncate[1]", "truncate[3]", "truncate[8]", "truncate[10]", "truncate[1000003]", "truncate[2147483647]"]) data.Add(type, transform);
            }
            foreach (var transform in (string[])["identity", "truncate[10]"]) data.Add("decimal(3,1)", transform);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void What_a_partition_says_holds_for_every_value_in_it(string typeName, string transformName)
    {
        var (type, transform, values) = Case(typeName, transformName);
        var ranges = Ranges(type, transform);
        foreach (var value in values)
        {
            var partition = new PartitionTuple([TransformFunction.Apply(transform, type, value)]);
            foreach (var filter in Filters(type, values))
            {
                var match = RangeEvaluator.Evaluate(filter, p => ranges.Of(p, partition), p => ranges.Excludes(p, partition));
                Check(match, filter, value, transform);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void What_a_manifest_says_holds_for_every_value_of_its_partitions(string typeName, string transformName)
    {
        var (type, transform, values) = Case(typeName, transformName);
        var ranges = Ranges(type, transform);
        var partition = Spec(transform).PartitionType(Schema(type));
        foreach (var first in values)
        {
            foreach (var second in values)
            {
                var summaries = PartitionSummary.Of(partition, ((object[])[first, second]).Select(v => new PartitionTuple([TransformFunction.Apply(transform, type, v)])));
                foreach (var filter in Filters(type, values))
                {
                    var match = RangeEvaluator.Evaluate(filter, p => ranges.Of(p, summaries));
                    Check(match, filter, first, transform);
                    Check(match, filter, second, transform);
                }
            }
        }
    }

    [Fact]
    public void A_number_that_wrapped_around_before_its_column_was_widened_is_not_ruled_out_after()
    {
        var ranges = Ranges(PrimitiveType.Long, Transform.Truncate(10));
        var wrapped = new PartitionTuple([TransformFunction.Apply(Transform.Truncate(10), PrimitiveType.Int, int.MinValue)]);
        Assert.All(Filters(PrimitiveType.Long, [(long)int.MinValue]), f => Check(RangeEvaluator.Evaluate(f, p => ranges.Of(p, wrapped)), f, (long)int.MinValue, Transform.Truncate(10)));
    }

    [Fact]
    public void An_hour_that_wrapped_around_as_another_writer_has_it_is_not_ruled_out()
    {
        var ranges = Ranges(PrimitiveType.Timestamp, Transform.Hour);
        foreach (var value in (long[])[long.MinValue, -long.MaxValue, long.MaxValue])
        {
            var hour = unchecked((int)ValueText.FloorDiv(value, 3_600_000_000));
            Assert.All(Filters(PrimitiveType.Timestamp, [0L, value]), f => Check(RangeEvaluator.Evaluate(f, p => ranges.Of(p, new PartitionTuple([hour]))), f, value, Transform.Hour));
        }
    }

    [Theory]
    [InlineData("year")]
    [InlineData("month")]
    [InlineData("day")]
    [InlineData("hour")]
    public void An_ordinary_time_s_partition_still_rules_out_other_times(string transformName)
    {
        var transform = Transform.Parse(transformName);
        var ranges = Ranges(PrimitiveType.Timestamp, transform);
        var now = Micros("2024-02-29T12:30:00");
        var partition = new PartitionTuple([TransformFunction.Apply(transform, PrimitiveType.Timestamp, now)]);
        Match Of(PredicateOp op, long value) => RangeEvaluator.Evaluate(Asked(PrimitiveType.Timestamp, op, value), p => ranges.Of(p, partition));
        Assert.Equal(Match.None, Of(PredicateOp.Less, Micros("2024-01-01T00:00:00")));
        Assert.Equal(Match.None, Of(PredicateOp.GreaterOrEqual, Micros("2025-01-01T00:00:00")));
        Assert.Equal(Match.All, Of(PredicateOp.Less, Micros("2025-01-01T00:00:00")));
        Assert.Equal(Match.Some, Of(PredicateOp.Equal, now));
    }

    private static void Check(Match match, BoundFilter.Predicate filter, object value, Transform transform)
    {
        var order = SingleValue.Compare(filter.Type, value, filter.Values[0]);
        var isMatch = filter.Op switch
        {
            PredicateOp.Less => order < 0,
            PredicateOp.LessOrEqual => order <= 0,
            PredicateOp.Greater => order > 0,
            PredicateOp.GreaterOrEqual => order >= 0,
            PredicateOp.Equal => order == 0,
            _ => order != 0,
        };
        Assert.True(match == Match.Some || match == (isMatch ? Match.All : Match.None), $"{transform} of {value} is said to match {filter.Op} {filter.Values[0]}: {match}");
    }

    private static IEnumerable<BoundFilter.Predicate> Filters(PrimitiveType type, IReadOnlyList<object> values) => from op in Comparisons from value in values select Asked(type, op, value);

    private static BoundFilter.Predicate Asked(PrimitiveType type, PredicateOp op, object value) => new(op, Schema(type).Fields[0], "c", [value]);

    private static PartitionRanges Ranges(PrimitiveType type, Transform transform) => PartitionRanges.Of(Spec(transform), Spec(transform).PartitionType(Schema(type)));

    private static PartitionSpec Spec(Transform transform) => new(0, [new PartitionField(1, 1000, "part", transform)]);

    private static TableSchema Schema(PrimitiveType type) => new(0, [NestedField.Optional(1, "c", type)]);

    private static long Micros(string text) => ValueText.TryParse(PrimitiveType.Timestamp, text, out var value) ? (long)value : throw new ArgumentException(text);

    private static (PrimitiveType Type, Transform Transform, IReadOnlyList<object> Values) Case(string typeName, string transformName)
    {
        Assert.True(PrimitiveType.TryParse(typeName, out var type));
        return (type, Transform.Parse(transformName), [.. Values(type)]);
    }

    // The ends of the type, what is beside them, what is beside the ends of 32 bits of hours, and ordinary ones.
    private static IEnumerable<object> Values(PrimitiveType type)
    {
        var random = new Random(7);
        switch (type.Kind)
        {
            case TypeKind.Int or TypeKind.Date:
                foreach (var value in (int[])[int.MinValue, int.MinValue + 1, int.MinValue + 9, -719_163, -11, -1, 0, 1, 19_782, 2_932_896, int.MaxValue - 9, int.MaxValue - 1, int.MaxValue]) yield return value;
                for (var i = 0; i < 6; i++) yield return random.Next(-100_000, 100_000);
                yield break;
            case TypeKind.Decimal:
                foreach (var value in (int[])[-999, -995, -1, 0, 1, 995, 999]) yield return new BigInteger(value);
                yield break;
            default:
                var hours = 3_600_000_000L * int.MaxValue;
                foreach (var value in (long[])[long.MinValue, -long.MaxValue, long.MinValue + 9, -hours - 7_200_000_000, -hours, int.MinValue, -1, 0, 1, int.MaxValue, 253_402_300_800_000_000, hours, hours + 7_200_000_000, long.MaxValue - 9, long.MaxValue - 1, long.MaxValue]) yield return value;
                for (var i = 0; i < 6; i++) yield return random.NextInt64(-4_000_000_000_000_000, 4_000_000_000_000_000);
                yield break;
        }
    }
}
