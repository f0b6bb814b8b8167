using Lake.Manifests;
using Lake.Metadata;
using Lake.Partitioning;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Write;

public sealed class PartitionPathTests
{
    [Theory]
    [InlineData("year", 54, "c=2024/")]
    [InlineData("month", 649, "c=2024-02/")]
    [InlineData("month", -1, "c=1969-12/")]
    [InlineData("day", 19782, "c=2024-02-29/")]
    [InlineData("day", -1, "c=1969-12-31/")]
    [InlineData("day", 2932897, "c=10000-01-01/")]
    [InlineData("day", -719529, "c=-0001-12-31/")]
    [InlineData("hour", 474780, "c=2024-02-29-12/")]
    [InlineData("hour", -1, "c=1969-12-31-23/")]
    [InlineData("hour", 70389528, "c=10000-01-01-00/")]
    public void Times_are_told_by_the_calendar_in_any_year(string transform, int value, string expected) => Assert.Equal(expected, Path(Transform.Parse(transform), value));

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Any_time_has_a_folder(long value)
    {
        foreach (var transform in (Transform[])[Transform.Identity, Transform.Year, Transform.Month, Transform.Day, Transform.Hour])
        {
            Assert.Matches("^c=[^/]+/$", Path(transform, TransformFunction.Apply(transform, PrimitiveType.Timestamp, value)!));
        }
    }

    private static string Path(Transform transform, object value)
    {
        var spec = new PartitionSpec(0, [new PartitionField(1, 1000, "c", transform)]);
        return PartitionPath.Of(spec, spec.PartitionType(new TableSchema(0, [NestedField.Optional(1, "c", PrimitiveType.Timestamp)])), new PartitionTuple([value]));
    }
}
