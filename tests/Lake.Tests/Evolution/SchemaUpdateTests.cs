using System.Numerics;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Evolution;

public class SchemaUpdateTests : IDisposable
{
    private static readonly TableSchema Shop = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Int),
        NestedField.Optional(2, "ratio", PrimitiveType.Float),
        NestedField.Optional(3, "price", PrimitiveType.Decimal(9, 2)),
        NestedField.Optional(4, "address", new StructType([NestedField.Optional(7, "city", PrimitiveType.String), NestedField.Required(8, "zip", PrimitiveType.Int)])),
        NestedField.Optional(5, "points", new ListType(9, new StructType([NestedField.Required(10, "x", PrimitiveType.Int)]), false)),
        NestedField.Optional(6, "stock", new MapType(11, PrimitiveType.String, 12, new StructType([NestedField.Optional(13, "count", PrimitiveType.Float)]), false)),
    ]);

    private readonly LakeBed _bed;

    public SchemaUpdateTests()
        : this(new LocalPlace())
    {
    }

    private protected SchemaUpdateTests(TablePlace place) => _bed = new LakeBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Rows_written_before_are_read_by_the_new_columns_at_every_depth()
    {
        var table = await FilledAsync();
        table = await table.ChangeSchemaAsync(
            s => s.Widen("id", PrimitiveType.Long).Widen("ratio", PrimitiveType.Double).Widen("price", PrimitiveType.Decimal(20, 2))
                .Add(null, "note", PrimitiveType.String, "what a person said").Add("address", "street", PrimitiveType.String).Widen("address.zip", PrimitiveType.Long)
                .Add("points", "y", PrimitiveType.Int).Widen("points.x", PrimitiveType.Long).Rename("points.element.x", "east").MoveFirst("points.y")
                .Add("stock", "shelf", new ListType(1, PrimitiveType.Int, false)).Widen("stock.count", PrimitiveType.Double)
                .Rename("address", "place").MoveFirst("price").MoveAfter("note", "id"),
            LakeBed.Cancellation);
        Assert.Equal(["price", "id", "note", "ratio", "place", "points", "stock"], table.Schema.Fields.Select(f => f.Name));
        // A changed column keeps its id; new ones go on from the highest that ever was.
        Assert.Equal((3, 14, 15, 16, 10, 17, 18), (table.Schema.Fields[0].Id, Id(table, "note"), Id(table, "place.street"), Id(table, "points.element.y"), Id(table, "points.element.east"), Id(table, "stock.value.shelf"), Id(table, "stock.value.shelf.element")));
        Assert.Equal("what a person said", table.Schema.Find("note")!.Doc);
        object?[] old =
        [
            new BigInteger(-5), 1L, null, 0.5, new object?[] { "x", 7L, null }, new List<object?> { new object?[] { null, 3L }, null },
            new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"a", (object?)new object?[] { 1.5, null }) },
        ];
        object?[] empty = [null, 2L, null, null, null, null, null];
        Assert.Equivalent(new[] { old, empty }, await LakeBed.ReadAsync(table), strict: true);
        object?[] full =
        [
            BigInteger.Pow(10, 19), 1L << 40, "n", 1e300, new object?[] { "y", 1L << 40, "s" }, new List<object?> { new object?[] { 1, 1L << 40 } },
            new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"a", (object?)new object?[] { 1e300, new List<object?> { 1, null } }) },
        ];
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, full)], LakeBed.Cancellation);
        Assert.Equivalent(new[] { full, old, empty }, (await LakeBed.ReadAsync(table)).OrderBy(r => r[2] is null).ThenBy(r => r[1]), strict: true);
        // Bounds of both widths leave files out.
        Assert.Equal([[1L]], await LakeBed.ReadAsync(table, new ScanRequest { Filter = Filter.Less("id", 2), Columns = ["id"] }));
        Assert.Equal([[1L << 40]], await LakeBed.ReadAsync(table, new ScanRequest { Filter = Filter.Greater("place.zip", 1000), Columns = ["id"] }));
    }

    [Fact]
    public async Task A_snapshot_is_read_by_the_columns_of_its_time()
    {
        var table = await FilledAsync();
        var first = table.Metadata.CurrentSnapshotId;
        table = await table.ChangeSchemaAsync(s => s.Drop("ratio").Rename("id", "number").Widen("number", PrimitiveType.Long), LakeBed.Cancellation);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [5_000_000_000L, null, null, null, null])], LakeBed.Cancellation);
        Assert.Equal([[1, 0.5f], [2, null]], await LakeBed.ReadAsync(table, new ScanRequest { SnapshotId = first, Columns = ["id", "ratio"] }));
        Assert.Equal([[2]], await LakeBed.ReadAsync(table, new ScanRequest { SnapshotId = first, Columns = ["id"], Filter = Filter.Greater("id", 1) }));
    }

    [Fact]
    public async Task A_dropped_column_does_not_come_back_with_its_name()
    {
        var table = await FilledAsync();
        table = await table.ChangeSchemaAsync(s => s.Drop("ratio").Add(null, "ratio", PrimitiveType.Float).Drop("points"), LakeBed.Cancellation);
        Assert.Equal([[1, null], [2, null]], await LakeBed.ReadAsync(table, new ScanRequest { Columns = ["id", "ratio"] }));
        Assert.Equal(14, Id(table, "ratio"));
        // Dropped last: its id is not given again either.
        table = await table.ChangeSchemaAsync(s => s.Drop("ratio"), LakeBed.Cancellation);
        table = await table.ChangeSchemaAsync(s => s.Add(null, "ratio", PrimitiveType.Float), LakeBed.Cancellation);
        Assert.Equal(15, Id(table, "ratio"));
    }

    [Fact]
    public async Task Changes_of_two_at_once_both_hold_and_ids_stay_apart()
    {
        var table = await _bed.CreateAsync(Shop, properties: new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0" });
        await table.ChangeSchemaAsync(s => s.Add(null, "theirs", PrimitiveType.Int), LakeBed.Cancellation);
        table = await table.ChangeSchemaAsync(s => s.Add(null, "ours", PrimitiveType.Int), LakeBed.Cancellation);
        Assert.Equal((14, 15), (Id(table, "theirs"), Id(table, "ours")));
        var clash = await Assert.ThrowsAsync<TableShapeException>(() => table.ChangeSchemaAsync(s => s.Add(null, "theirs", PrimitiveType.Int), LakeBed.Cancellation));
        Assert.Equal("column 'theirs' is there already; names must be unique in their struct", clash.Message);
    }

    [Fact]
    public async Task A_required_column_comes_only_before_the_first_row_and_an_identifier_holds_what_it_names()
    {
        var table = await _bed.CreateAsync(Shop);
        table = await table.ChangeSchemaAsync(s => s.AddRequired(null, "key", PrimitiveType.String).SetIdentifier("id", "key"), LakeBed.Cancellation);
        Assert.Equal([1, 14], table.Schema.IdentifierFieldIds);
        await RefusedAsync(table, s => s.Drop("key"), "column 'key' is of the identifier; set another identifier first");
        await RefusedAsync(table, s => s.MakeOptional("id"), "column 'id' is of the identifier; it must stay required");
        await RefusedAsync(table, s => s.SetIdentifier("ratio"), "identifier field 'ratio' is float; it must be primitive, and neither float nor double");
        await RefusedAsync(table, s => s.SetIdentifier("price"), "identifier field 'price' is optional; it and what it stands in must be required");
        table = await table.ChangeSchemaAsync(s => s.SetIdentifier("id").MakeOptional("key").Document("key", null).Rename("id", "number"), LakeBed.Cancellation);
        Assert.Equal([1], table.Schema.IdentifierFieldIds);
        Assert.False(table.Schema.Find("key")!.IsRequired);
        var filled = await FilledAsync("shop.filled");
        await RefusedAsync(filled, s => s.AddRequired("address", "street", PrimitiveType.String), "column 'address.street' is to be required; rows that are there have no value of it, so it must be optional");
    }

    [Fact]
    public async Task What_a_column_cannot_become_is_refused_by_name_and_rule()
    {
        var spec = new PartitionSpec(0, [new PartitionField(1, 1000, "id_bucket", Transform.Bucket(4))]);
        var table = await _bed.CreateAsync(Shop, spec);
        table = await table.ChangeSortOrderAsync([new SortColumn("ratio")], LakeBed.Cancellation);
        await RefusedAsync(table, s => s.Widen("price", PrimitiveType.Decimal(8, 2)), "column 'price' is decimal(9,2) and cannot become decimal(8,2); int widens to long, float to double, decimal to more digits of the same scale");
        await RefusedAsync(table, s => s.Widen("address.city", PrimitiveType.Long), "column 'address.city' is string and cannot become long; int widens to long, float to double, decimal to more digits of the same scale");
        await RefusedAsync(table, s => s.Drop("id"), "column 'id' is the source of partition field 'id_bucket'; remove that first");
        await RefusedAsync(table, s => s.Drop("ratio"), "column 'ratio' is of the sort order; set another order first");
        await RefusedAsync(table, s => s.Drop("points.x"), "column 'points.x' is the only one of its struct; it cannot be dropped");
        await RefusedAsync(table, s => s.Drop("points.element"), "column 'points.element' is an element, key or value; it cannot be dropped");
        await RefusedAsync(table, s => s.Rename("stock.key", "name"), "column 'stock.key' is of a map's key; it cannot be renamed");
        await RefusedAsync(table, s => s.Rename("id", "price"), "column 'price' is there already; names must be unique in their struct");
        await RefusedAsync(table, s => s.Rename("ids", "price"), "column is 'ids'; the table has no column of that name");
        await RefusedAsync(table, s => s.Add("ratio", "x", PrimitiveType.Int), "column 'ratio' is float; only a struct, a list of structs or a map to structs can have another field");
        await RefusedAsync(table, s => s.Add("address", "zip", PrimitiveType.Int), "column 'address.zip' is there already; names must be unique in their struct");
        await RefusedAsync(table, s => s.Add(null, "", PrimitiveType.Int), "column name is ''; it must have one character at least");
        await RefusedAsync(table, s => s.MoveBefore("id", "address.city"), "column 'id' cannot be moved beside 'address.city'; they stand in different structs");
        await RefusedAsync(table, s => s.MoveAfter("id", "id"), "column 'id' cannot be moved beside itself");
        await RefusedAsync(table, s => s.Add(null, "id_bucket", PrimitiveType.Int), "column 'id_bucket' has the name of a partition field; rename that first");
        await RefusedAsync(table, s => s.Add(null, "address.city", PrimitiveType.Int), "field name is 'address.city' twice; it must be unique in a schema");
        Assert.Same(table.Schema.Struct.Fields[0].Type, (await _bed.LoadAsync()).Schema.Struct.Fields[0].Type);
        Assert.Single((await _bed.LoadAsync()).Metadata.Schemas);
    }

    private static int Id(Table table, string name) => table.Schema.Find(name)!.Id;

    private static async Task RefusedAsync(Table table, Action<SchemaUpdate> change, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<TableShapeException>(() => table.ChangeSchemaAsync(change, LakeBed.Cancellation))).Message);

    private async Task<Table> FilledAsync(string name = "shop.orders")
    {
        var table = await _bed.CreateAsync(Shop, name: name);
        object?[] full =
        [
            1, 0.5f, new BigInteger(-5), new object?[] { "x", 7 }, new List<object?> { new object?[] { 3 }, null },
            new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"a", (object?)new object?[] { 1.5f }) },
        ];
        return await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, full, [2, null, null, null, null, null])], LakeBed.Cancellation);
    }
}
