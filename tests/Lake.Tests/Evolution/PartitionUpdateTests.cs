using Lake.Evolution;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Evolution;

public class PartitionUpdateTests : IDisposable
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Int), NestedField.Optional(2, "shop", PrimitiveType.String), NestedField.Optional(3, "tags", new ListType(4, PrimitiveType.Int, false))]);

    private readonly LakeBed _bed;

    public PartitionUpdateTests()
        : this(new LocalPlace())
    {
    }

    private protected PartitionUpdateTests(TablePlace place) => _bed = new LakeBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Files_of_old_and_new_partitions_are_read_and_left_out_in_one_scan()
    {
        var table = await _bed.CreateAsync(Schema, new PartitionSpec(0, [new PartitionField(2, 1000, "shop", Transform.Identity)]));
        table = await AppendAsync(table, (1, "a"), (2, "b"));
        table = await table.ChangePartitionsAsync(p => p.Remove("shop").Add("id", Transform.Truncate(10)), LakeBed.Cancellation);
        table = await AppendAsync(table, (3, "a"), (14, "b"));
        table = await table.ChangePartitionsAsync(p => p.Add("shop", Transform.Identity, "shop"), LakeBed.Cancellation);
        table = await AppendAsync(table, (5, "a"), (16, "b"));
        Assert.Equal([1, 2, 3, 5, 14, 16], await IdsAsync(table, Filter.All));
        Assert.Equal([2, 14, 16], await IdsAsync(table, Filter.Equal("shop", "b")));
        Assert.Equal([14, 16], await IdsAsync(table, Filter.Greater("id", 9)));
        var plan = await TableScan.Of(table, new ScanRequest { Filter = Filter.Greater("id", 9) & Filter.Equal("shop", "b") }).PlanAsync(LakeBed.Cancellation);
        Assert.Equal(2, plan.Tasks.Count);
        // Deletes find the files of every spec.
        table = await table.DeleteAsync(Filter.Equal("shop", "a"), null, LakeBed.Cancellation);
        Assert.Equal([2, 14, 16], await IdsAsync(table, Filter.All));
        Assert.Equal(3, table.Metadata.PartitionSpecs.Count);
    }

    [Fact]
    public async Task Ids_go_on_from_the_highest_and_a_part_that_comes_back_has_its_own_again()
    {
        var table = await _bed.CreateAsync(Schema);
        table = await table.ChangePartitionsAsync(p => p.Add("shop", Transform.Identity).Add("id", Transform.Bucket(4)), LakeBed.Cancellation);
        Assert.Equal([new PartitionField(2, 1000, "shop", Transform.Identity), new PartitionField(1, 1001, "id_bucket_4", Transform.Bucket(4))], table.Metadata.DefaultSpec.Fields);
        table = await table.ChangePartitionsAsync(p => p.Remove("shop").Add("id", Transform.Truncate(5)).Rename("id_bucket_4", "spread"), LakeBed.Cancellation);
        Assert.Equal([(1001, "spread"), (1002, "id_trunc_5")], table.Metadata.DefaultSpec.Fields.Select(f => (f.FieldId, f.Name)));
        table = await table.ChangePartitionsAsync(p => p.Add("shop", Transform.Identity).Remove("id_trunc_5"), LakeBed.Cancellation);
        Assert.Equal([(1001, "spread"), (1000, "shop")], table.Metadata.DefaultSpec.Fields.Select(f => (f.FieldId, f.Name)));
        Assert.Equal((1002, 3), (table.Metadata.LastPartitionId, table.Metadata.DefaultSpecId));
        // The spec of then is taken, not another of the same fields.
        table = await table.ChangePartitionsAsync(p => p.Remove("shop").Add("id", Transform.Truncate(5)), LakeBed.Cancellation);
        Assert.Equal(2, table.Metadata.DefaultSpecId);
    }

    [Fact]
    public async Task A_partition_column_is_widened_and_read_at_every_snapshot_and_written_by_one_who_has_not_seen_it()
    {
        var table = await _bed.CreateAsync(Schema, new PartitionSpec(0, [new PartitionField(1, 1000, "id", Transform.Identity)]), new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0" });
        table = await AppendAsync(table, (1, "a"), (2, "b"));
        var (before, first) = (table, table.Metadata.CurrentSnapshotId);
        table = await table.ChangeSchemaAsync(s => s.Widen("id", PrimitiveType.Long), LakeBed.Cancellation);
        await AppendAsync(before, (3, "c"));
        table = await (await _bed.LoadAsync()).AppendAsync([LakeBed.Rows(table.Schema.Fields, [4L, "d", null])], LakeBed.Cancellation);
        Assert.Equal([[2L], [3L], [4L]], (await LakeBed.ReadAsync(table, new ScanRequest { Filter = Filter.Greater("id", 1), Columns = ["id"] })).OrderBy(r => r[0]));
        Assert.Equal([[2]], await LakeBed.ReadAsync(table, new ScanRequest { SnapshotId = first, Filter = Filter.Greater("id", 1), Columns = ["id"] }));
    }

    [Fact]
    public async Task What_cannot_be_a_partition_is_refused_by_name_and_rule()
    {
        var table = await _bed.CreateAsync(Schema, new PartitionSpec(0, [new PartitionField(2, 1000, "shop", Transform.Identity)]));
        async Task Refused(Action<PartitionUpdate> change, string message) => Assert.Equal(message, (await Assert.ThrowsAsync<TableShapeException>(() => table.ChangePartitionsAsync(change, LakeBed.Cancellation))).Message);
        await Refused(p => p.Add("shop", Transform.Identity, "other"), "partition field 'shop' is identity of 'shop' already");
        await Refused(p => p.Add("shops", Transform.Identity), "partition column is 'shops'; the table has no column of that name");
        await Refused(p => p.Add("shop", Transform.Day), "partition column 'shop' is string; day does not take it");
        await Refused(p => p.Add("tags.element", Transform.Identity), "partition column 'tags.element' stands in a list; a row has any number of it");
        await Refused(p => p.Add("id", Transform.Parse("week")), "transform is 'week'; it must be identity, bucket, truncate, year, month, day, hour or void");
        await Refused(p => p.Add("id", Transform.Bucket(2), "shop"), "partition field 'shop' is there already; names must be unique");
        await Refused(p => p.Add("id", Transform.Bucket(2), "tags"), "partition field 'tags' has the name of a column; only that column itself may give it");
        await Refused(p => p.Remove("day"), "partition field is 'day'; the table has no partition field of that name");
        await Refused(p => p.Rename("shop", ""), "partition field name is ''; it must have one character at least");
    }

    [Fact]
    public async Task A_sort_order_is_told_by_names_and_taken_again_when_it_comes_back()
    {
        var table = await _bed.CreateAsync(Schema);
        table = await table.ChangeSortOrderAsync([new SortColumn("shop"), new SortColumn("id") { Transform = Transform.Bucket(4), IsDescending = true }], LakeBed.Cancellation);
        Assert.Equal(1, table.Metadata.DefaultSortOrderId);
        Assert.Equal([new SortField(2, Transform.Identity), new SortField(1, Transform.Bucket(4), true, false)], table.Metadata.DefaultSortOrder.Fields);
        table = await table.ChangeSortOrderAsync([], LakeBed.Cancellation);
        Assert.Equal(0, table.Metadata.DefaultSortOrderId);
        table = await table.ChangeSortOrderAsync([new SortColumn("shop"), new SortColumn("id") { Transform = Transform.Bucket(4), IsDescending = true, NullsFirst = false }], LakeBed.Cancellation);
        Assert.Equal((1, 2), (table.Metadata.DefaultSortOrderId, (await _bed.LoadAsync()).Metadata.SortOrders.Count));
        var error = await Assert.ThrowsAsync<TableShapeException>(() => table.ChangeSortOrderAsync([new SortColumn("tags")], LakeBed.Cancellation));
        Assert.Equal("sort column 'tags' is list<int>; identity does not take it", error.Message);
    }

    private static Task<Table> AppendAsync(Table table, params (int Id, string Shop)[] rows) =>
        table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [.. rows.Select(r => new object?[] { r.Id, r.Shop, null })])], LakeBed.Cancellation);

    private static async Task<List<int>> IdsAsync(Table table, Filter filter) =>
        [.. (await LakeBed.ReadAsync(table, new ScanRequest { Filter = filter, Columns = ["id"] })).Select(r => (int)r[0]!).Order()];
}
