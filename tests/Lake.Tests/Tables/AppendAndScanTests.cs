using System.Numerics;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Tables;

public sealed class AppendAndScanTests : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Rows_of_every_type_come_back_as_they_were()
    {
        var schema = new TableSchema(0,
        [
            NestedField.Required(1, "id", PrimitiveType.Long),
            NestedField.Optional(2, "flag", PrimitiveType.Boolean),
            NestedField.Optional(3, "small", PrimitiveType.Int),
            NestedField.Optional(4, "ratio", PrimitiveType.Float),
            NestedField.Optional(5, "score", PrimitiveType.Double),
            NestedField.Optional(6, "price", PrimitiveType.Decimal(20, 2)),
            NestedField.Optional(7, "born", PrimitiveType.Date),
            NestedField.Optional(8, "opens", PrimitiveType.Time),
            NestedField.Optional(9, "local", PrimitiveType.Timestamp),
            NestedField.Optional(10, "at", PrimitiveType.TimestampTz),
            NestedField.Optional(11, "name", PrimitiveType.String),
            NestedField.Optional(12, "key", PrimitiveType.Uuid),
            NestedField.Optional(13, "hash", PrimitiveType.Fixed(3)),
            NestedField.Optional(14, "raw", PrimitiveType.Binary),
            NestedField.Optional(15, "address", new StructType([NestedField.Optional(16, "city", PrimitiveType.String), NestedField.Optional(17, "zip", PrimitiveType.Int)])),
            NestedField.Optional(18, "embedding", new ListType(19, PrimitiveType.Float, false)),
            NestedField.Optional(20, "tags", new MapType(21, PrimitiveType.String, 22, PrimitiveType.Long, false)),
        ]);
        var table = await _bed.CreateAsync(schema);
        object?[] full =
        [
            7L, true, -3, 1.5f, double.NaN, new BigInteger(-123456), 19000, 3_600_000_001L, 1_700_000_000_000_001L, -5L, "名字 a", Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7"), new byte[] { 1, 2, 3 }, new byte[] { 0xff },
            new object?[] { "上海", null }, new List<object?> { 1f, null, 3f }, new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"a", (object?)1L), KeyValuePair.Create((object)"b", (object?)null) },
        ];
        object?[] empty = [8L, .. Enumerable.Repeat<object?>(null, 16)];
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, full, empty)], LakeBed.Cancellation);
        Assert.Equivalent(new[] { full, empty }, await LakeBed.ReadAsync(await _bed.LoadAsync()), strict: true);
        Assert.Equal(("append", "2", "1"), (table.Metadata.CurrentSnapshot!.Operation, table.Metadata.CurrentSnapshot.Summary["total-records"], table.Metadata.CurrentSnapshot.Summary["added-data-files"]));
    }

    [Fact]
    public async Task Partitions_and_bounds_leave_files_out_and_no_row_is_lost()
    {
        var schema = new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "at", PrimitiveType.TimestampTz), NestedField.Optional(3, "shop", PrimitiveType.String)]);
        var spec = new PartitionSpec(0, [new PartitionField(2, 1000, "at_day", Transform.Day), new PartitionField(3, 1001, "shop", Transform.Identity)]);
        var table = await _bed.CreateAsync(schema, spec);
        var day = 86_400_000_000L;
        for (var commit = 0; commit < 3; commit++)
        {
            var rows = Enumerable.Range(0, 40).Select(i => new object?[] { (long)((commit * 40) + i), i % 8 == 7 ? null : (commit * day) + (i % 4 * 3_600_000_000L), i % 2 == 0 ? "东" : null }).ToArray();
            table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, rows)], LakeBed.Cancellation);
        }
        Assert.Equal(Enumerable.Range(0, 120).Select(i => (object?)(long)i), (await LakeBed.ReadAsync(table)).Select(r => r[0]).Order());

        var second = Filter.GreaterOrEqual("at", "1970-01-02T00:00:00Z") & Filter.Less("at", "1970-01-03T00:00:00Z");
        var plan = await TableScan.Of(table, new ScanRequest { Filter = second }).PlanAsync(LakeBed.Cancellation);
        Assert.Equal((1, 2), (plan.ManifestsRead, plan.ManifestsSkipped));
        Assert.Equal(Enumerable.Range(40, 40).Where(i => i % 8 != 7).Select(i => (object?)(long)i), (await LakeBed.ReadAsync(table, new ScanRequest { Filter = second })).Select(r => r[0]).Order());
        Assert.Equal(15, (await LakeBed.ReadAsync(table, new ScanRequest { Filter = Filter.IsNull("at"), Columns = ["id"] })).Count);
        Assert.Equal([[44L], [45L]], await LakeBed.ReadAsync(table, new ScanRequest { Filter = Filter.In("id", 44L, 45L, 1000L), Columns = ["id"] }));
        Assert.Equal(60, (await LakeBed.ReadAsync(table, new ScanRequest { Filter = !Filter.IsNull("shop") })).Count);
    }

    [Fact]
    public async Task Time_travel_reads_what_was_there_by_id_and_by_time()
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]));
        var ids = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)i])], LakeBed.Cancellation);
            ids.Add(table.Metadata.CurrentSnapshotId!.Value);
            _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        foreach (var (id, i) in ids.Select((id, i) => (id, i))) Assert.Equal(i + 1, (await LakeBed.ReadAsync(table, new ScanRequest { SnapshotId = id })).Count);
        Assert.Equal(2, (await LakeBed.ReadAsync(table, new ScanRequest { AsOf = new DateTimeOffset(2025, 1, 1, 0, 1, 59, TimeSpan.Zero) })).Count);
        var none = await Assert.ThrowsAsync<LakeFormatException>(() => LakeBed.ReadAsync(table, new ScanRequest { AsOf = new DateTimeOffset(2024, 12, 31, 0, 0, 0, TimeSpan.Zero) }));
        Assert.Equal("time is 2024-12-31T00:00:00.000+00:00; the table has no snapshot from then or before", none.Message);
    }

    [Fact]
    public async Task A_filter_that_does_not_fit_names_column_value_and_rule()
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]));
        Assert.Equal("filter column is 'ids'; the table has no column of that name", Assert.Throws<FilterException>(() => TableScan.Of(table, new ScanRequest { Filter = Filter.Equal("ids", 1) })).Message);
        Assert.Equal("filter value of 'id' is 'x'; it must be a value of long", Assert.Throws<FilterException>(() => TableScan.Of(table, new ScanRequest { Filter = Filter.Equal("id", "x") })).Message);
    }

    [Fact]
    public async Task Rows_that_do_not_fit_are_refused_and_nothing_is_left_of_them()
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "name", PrimitiveType.String)]));
        NestedField[] wrong = [NestedField.Optional(1, "id", PrimitiveType.Long), NestedField.Optional(2, "name", PrimitiveType.String)];
        var nulls = await Assert.ThrowsAsync<LakeFormatException>(() => table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L, "a"]), LakeBed.Rows(wrong, [null, "b"])], LakeBed.Cancellation));
        Assert.Equal("column 'id' is required; 1 of 1 rows have null", nulls.Message);
        Assert.Null((await _bed.LoadAsync()).Metadata.CurrentSnapshot);
        Assert.DoesNotContain(Directory.EnumerateFiles(_bed.Folder, "*", SearchOption.AllDirectories), f => f.EndsWith(".parquet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_no_row()
    {
        var properties = new Dictionary<string, string> { ["commit.retry.num-retries"] = "100", ["commit.retry.min-wait-ms"] = "0", ["commit.manifest.min-count-to-merge"] = "5" };
        await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]), properties: properties);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                var table = await _bed.LoadAsync();
                await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)((writer * 5) + i)])], LakeBed.Cancellation);
            }
        })));
        var last = await _bed.LoadAsync();
        Assert.Equal(30, last.Metadata.Snapshots.Count);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => (object?)(long)i), (await LakeBed.ReadAsync(last)).Select(r => r[0]).Order());
        Assert.Equal("30", last.Metadata.CurrentSnapshot!.Summary["total-records"]);
    }
}
