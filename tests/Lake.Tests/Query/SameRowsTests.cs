using System.Numerics;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Query;

public sealed class SameRowsTests : IDisposable
{
    private const long Day = 86_400_000_000;

    private static readonly TableSchema Every = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Optional(2, "flag", PrimitiveType.Boolean),
        NestedField.Optional(3, "Small \"Number\"", PrimitiveType.Int),
        NestedField.Optional(4, "RATIO", PrimitiveType.Float),
        NestedField.Optional(5, "select", PrimitiveType.Double),
        NestedField.Optional(6, "price", PrimitiveType.Decimal(9, 2)),
        NestedField.Optional(7, "huge", PrimitiveType.Decimal(38, 4)),
        NestedField.Optional(8, "on day", PrimitiveType.Date),
        NestedField.Optional(9, "time", PrimitiveType.Time),
        NestedField.Optional(10, "local", PrimitiveType.Timestamp),
        NestedField.Optional(11, "at", PrimitiveType.TimestampTz),
        NestedField.Optional(12, "shop's", PrimitiveType.String),
        NestedField.Optional(13, "key", PrimitiveType.Uuid),
        NestedField.Optional(14, "four", PrimitiveType.Fixed(4)),
        NestedField.Optional(15, "bytes", PrimitiveType.Binary),
        NestedField.Optional(16, "place", new StructType([NestedField.Optional(17, "City", PrimitiveType.String), NestedField.Optional(18, "key", PrimitiveType.Uuid), NestedField.Optional(19, "zip", PrimitiveType.Int)])),
        NestedField.Optional(20, "tags", new ListType(21, PrimitiveType.String, false)),
        NestedField.Optional(22, "points", new ListType(23, new StructType([NestedField.Optional(24, "x", PrimitiveType.Int), NestedField.Optional(25, "y", PrimitiveType.Float)]), false)),
        NestedField.Optional(26, "stock", new MapType(27, PrimitiveType.String, 28, new ListType(29, PrimitiveType.Int, false), false)),
    ]);

    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Values_of_every_type_are_those_of_a_scan_nulls_among_them()
    {
        var table = await EveryAsync();
        await QueryBed.SameAsync(table, "SELECT * FROM shop.orders");
    }

    [Fact]
    public async Task A_table_without_rows_has_its_columns()
    {
        var table = await _bed.CreateAsync(Every);
        await QueryBed.SameAsync(table, "FROM orders");
    }

    [Fact]
    public async Task Old_files_are_read_by_the_new_columns_at_every_depth_and_old_snapshots_by_their_own()
    {
        var table = await EveryAsync();
        var before = table.Metadata.CurrentSnapshotId!.Value;
        table = await table.ChangeSchemaAsync(
            s => s.Widen("Small \"Number\"", PrimitiveType.Long).Widen("RATIO", PrimitiveType.Double).Widen("price", PrimitiveType.Decimal(20, 2)).Rename("id", "Id 2").Rename("place.City", "town").Drop("place.key")
                .Add("place", "key", PrimitiveType.String).Widen("place.zip", PrimitiveType.Long).Rename("points.element.x", "east").MoveFirst("points.y").Add("points", "x", PrimitiveType.Double).Widen("points.y", PrimitiveType.Double)
                .Widen("stock.value.element", PrimitiveType.Long).Drop("flag").Add(null, "flag", PrimitiveType.Date).MoveFirst("at"),
            LakeBed.Cancellation);
        await QueryBed.SameAsync(table, "SELECT * FROM shop.orders");
        object?[] row =
        [
            5L, 99L, 1L << 40, 1e300, 0.5, BigInteger.Pow(10, 19), null, 3, null, null, "n", Guid.NewGuid(), null, null, new object?[] { "t", 1L << 40, "k" }, null, new List<object?> { new object?[] { 1e200, 7, null }, null },
            new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"a", (object?)new List<object?> { 1L << 40 }) }, 20_000,
        ];
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, row)], LakeBed.Cancellation);
        await QueryBed.SameAsync(table, "SELECT * FROM shop.orders");
        await QueryBed.SameAsync(table, $"SELECT * FROM shop.orders AT (VERSION => {before})", new ScanRequest { SnapshotId = before });
    }

    [Theory]
    [InlineData("id", "bucket[3]")]
    [InlineData("key", "bucket[3]")]
    [InlineData("id", "truncate[4]")]
    [InlineData("shop's", "truncate[1]")]
    [InlineData("price", "truncate[50]")]
    [InlineData("on day", "month")]
    [InlineData("at", "hour")]
    [InlineData("local", "year")]
    [InlineData("on day", "day")]
    [InlineData("shop's", "identity")]
    [InlineData("price", "identity")]
    [InlineData("flag", "identity")]
    [InlineData("Small \"Number\"", "identity")]
    [InlineData("on day", "identity")]
    [InlineData("bytes", "identity")]
    [InlineData("id", "void")]
    public async Task Rows_of_any_partitioning_are_those_of_a_scan_filtered_or_not(string column, string transform)
    {
        var source = Every.Find(column)!;
        var table = await EveryAsync(new PartitionSpec(0, [new PartitionField(source.Id, 1000, transform == "identity" ? column : "part", Transform.Parse(transform))]));
        await QueryBed.SameAsync(table, "SELECT * FROM shop.orders");
        await QueryBed.SameAsync(table, "SELECT * FROM shop.orders WHERE id >= 10 AND \"shop's\" IN ('a', 'b') AND \"at\" < '2024-10-12 00:00:00'", new ScanRequest
        {
            Filter = Filter.GreaterOrEqual("id", 10L) & Filter.In("shop's", "a", "b") & Filter.Less("at", DateTimeOffset.Parse("2024-10-12T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture)),
        });
    }

    [Theory]
    [InlineData("file")]
    [InlineData("partition")]
    public async Task Rows_that_position_and_equality_deletes_took_are_gone_and_later_ones_stay(string granularity)
    {
        using var bed = new RowsBed();
        var table = await bed.CreateAsync(RowsBed.ByShop, RowDeleteMode.MergeOnRead, ("write.delete.granularity", granularity));
        for (var commit = 0; commit < 3; commit++)
        {
            table = await table.AppendAsync([RowsBed.Rows([.. Enumerable.Range(commit * 20, 20).Select(i => ((long)i, i % 3 == 0 ? null : $"店 {i % 3}", i % 4 == 0 ? (int?)null : i))])], LakeBed.Cancellation);
            table = await table.DeleteAsync(Filter.In("id", (commit * 20) + 3, (commit * 20) + 4, 5), null, LakeBed.Cancellation);
            table = await EqualityDeleteFiles.CommitAsync(table, [3], new PartitionTuple([null]), [null], [(commit * 20) + 9]);
        }
        Assert.NotEqual("0", table.Metadata.CurrentSnapshot!.Summary["total-position-deletes"]);
        await QueryBed.SameAsync(table, "SELECT * FROM shop.orders");
        // The columns that are compared need not be asked for, and deletes outlive the columns' names and widths.
        await QueryBed.SameAsync(table, "SELECT id FROM orders", new ScanRequest { Columns = ["id"] });
        table = await table.ChangeSchemaAsync(s => s.Widen("amount", PrimitiveType.Long).Rename("amount", "n").Rename("shop", "store"), LakeBed.Cancellation);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [100L, null, null], [101L, null, 9L])], LakeBed.Cancellation);
        await QueryBed.SameAsync(table, "SELECT * FROM shop.orders");
        table = await table.ChangeSchemaAsync(s => s.Drop("n"), LakeBed.Cancellation);
        await QueryBed.SameAsync(table, "SELECT * FROM shop.orders");
        foreach (var snapshot in table.Metadata.Snapshots) await QueryBed.SameAsync(table, $"SELECT * FROM orders AT (VERSION => {snapshot.SnapshotId})", new ScanRequest { SnapshotId = snapshot.SnapshotId });
    }

    [Fact]
    public async Task Equality_deletes_by_a_field_of_a_struct_take_rows_of_files_without_the_field()
    {
        var schema = new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "a", new StructType([NestedField.Optional(3, "n", PrimitiveType.Double)]))]);
        var table = await _bed.CreateAsync(schema);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L, new object?[] { 0.0 }], [2L, new object?[] { -0.0 }], [3L, new object?[] { double.NaN }], [4L, null], [5L, new object?[] { 2.0 }])], LakeBed.Cancellation);
        table = await table.ChangeSchemaAsync(s => s.Add("a", "m", PrimitiveType.Long), LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [3, 4], PartitionTuple.Empty, [new object?[] { 0.0, null }], [new object?[] { double.NaN, null }], [null]);
        Assert.Equal(["5"], await QueryBed.LinesAsync(_bed.Catalog, "SELECT id FROM orders", [schema.Fields[0]]));
        await QueryBed.SameAsync(table, "FROM orders");
    }

    private async Task<Table> EveryAsync(PartitionSpec? spec = null)
    {
        var table = await _bed.CreateAsync(Every, spec);
        for (var commit = 0; commit < 2; commit++)
        {
            var rows = Enumerable.Range(commit * 12, 12).Select(i => i % 6 == 5 ? [(long)i, .. new object?[18]] : new object?[]
            {
                (long)i, i % 2 == 0, i - 5, i % 4 == 1 ? float.NaN : i / 3f, i % 4 == 2 ? double.NegativeInfinity : -i / 7.0, new BigInteger((i * 31) - 100), BigInteger.Pow(-10, 30) + i, 20_000 + (i * 9), i * 1_000_001L,
                (20_000 * Day) - (i * Day * 40) + i, (20_000 * Day) + (i * 3_600_000_000L), $"{(char)('a' + (i % 3))}'\"\\店", new Guid(i, 2, 3, [1, 2, 3, 4, 5, 6, 7, (byte)i]), new byte[] { 0, (byte)i, 255, 10 },
                new byte[] { (byte)(i % 3), 0, 7 }, new object?[] { i % 3 == 0 ? null : $"c{i}", new Guid(i, 1, 1, new byte[8]), i }, new List<object?> { $"t{i}", null, "" },
                new List<object?> { new object?[] { i, i / 2f }, null }, new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"k", (object?)new List<object?> { i, null }), KeyValuePair.Create((object)"l", (object?)null) },
            });
            table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [.. rows])], LakeBed.Cancellation);
        }
        return table;
    }
}
