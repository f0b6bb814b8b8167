using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Query;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Scan;

public sealed class ExtremePartitionsTests : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("year")]
    [InlineData("month")]
    [InlineData("day")]
    [InlineData("hour")]
    public async Task An_endless_time_hides_no_other_row_and_is_found_itself(string transform)
    {
        const long Ordinary = 1_709_209_800_000_000;
        var schema = new TableSchema(0, [NestedField.Optional(1, "id", PrimitiveType.Int), NestedField.Optional(2, "at", PrimitiveType.Timestamp)]);
        var table = await _bed.CreateAsync(schema, new PartitionSpec(0, [new PartitionField(2, 1000, "part", Transform.Parse(transform))]));
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1, Ordinary], [2, long.MaxValue], [3, -long.MaxValue])], LakeBed.Cancellation);
        async Task<IEnumerable<int>> Ids(Filter filter) => (await LakeBed.ReadAsync(table, new ScanRequest { Filter = filter })).Select(r => (int)r[0]!).Order();
        Assert.Equal([1, 3], await Ids(Filter.LessOrEqual("at", Ordinary)));
        Assert.Equal([1, 2], await Ids(Filter.GreaterOrEqual("at", Ordinary)));
        Assert.Equal([2], await Ids(Filter.Greater("at", Ordinary)));
        Assert.Equal([3], await Ids(Filter.Less("at", Ordinary)));
        Assert.Equal([2], await Ids(Filter.Equal("at", long.MaxValue)));
        Assert.Equal(["1"], await QueryBed.LinesAsync(_bed.Catalog, $"SELECT id FROM {table.Name} WHERE \"at\" BETWEEN TIMESTAMP '2024-01-01' AND TIMESTAMP '2025-01-01'"));
        table = await table.DeleteAsync(Filter.Greater("at", Ordinary), null, LakeBed.Cancellation);
        Assert.Equal([1, 3], await Ids(Filter.All));
    }
}
