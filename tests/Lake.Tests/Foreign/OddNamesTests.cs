using DuckDB.NET.Data;
using Lake.Commit;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Files.Parquet;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Query;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Foreign;

/// <summary>Columns whose names are no plain identifiers.</summary>
public sealed class OddNamesTests : IDisposable
{
    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "Order ID", PrimitiveType.Long),
        NestedField.Optional(2, "价格", PrimitiveType.Double),
        NestedField.Optional(3, "a-b", PrimitiveType.String),
        NestedField.Optional(4, "1st", PrimitiveType.Int),
        NestedField.Optional(5, "wide 😀", new StructType([NestedField.Optional(6, "zip code", PrimitiveType.String), NestedField.Optional(7, "plain", PrimitiveType.Int)])),
    ]);

    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Icebird_DuckDB_and_scans_read_them_under_their_own_names_and_under_new_ones()
    {
        var table = await _bed.CreateAsync(Schema, properties: new Dictionary<string, string> { ["write.delete.mode"] = "merge-on-read" });
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L, 1.5, "x", 1, new object?[] { "8001", 1 }], [2L, null, "y", null, null], [3L, 2.5, null, 3, new object?[] { null, 3 }])], LakeBed.Cancellation);
        await SameAsync(table, [["1", "1.5", "x", "1"], ["2", null, "y", null], ["3", "2.5", null, "3"]]);
        // As the reference implementation calls them.
        Assert.Equal(["Order_x20ID", "_x4EF7_x683C", "a_x2Db", "_1st", "wide_x20_xD83D_xDE00", "zip_x20code", "plain"], await NamesAsync(table));

        table = await table.ChangeSchemaAsync(s => s.Rename("Order ID", "订单 号").Rename("a-b", "b").Add(null, "a-b", PrimitiveType.String).Rename("wide 😀.zip code", "post.code"), LakeBed.Cancellation);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [4L, 4.5, "z", 4, new object?[] { "8004", 4 }, "new"])], LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Equal("订单 号", 2L), null, LakeBed.Cancellation);
        await SameAsync(table, [["1", "1.5", "x", "1", null], ["3", "2.5", null, "3", null], ["4", "4.5", "z", "4", "new"]]);
        Assert.Equal(["8001", null, "8004"], (await LakeBed.ReadAsync(table)).OrderBy(r => r[0]).Select(r => ((object?[])r[4]!)[0]));
        Assert.Equal(["x"], await QueryBed.LinesAsync(_bed.Catalog, "SELECT b FROM orders WHERE \"价格\" = 1.5 AND \"wide 😀\".\"post.code\" = '8001'"));

        await new Compaction(table).RunAsync(new CompactionRequest { MinInputFiles = 2, MaxDeleteFiles = 0 }, null, LakeBed.Cancellation);
        await SameAsync(await _bed.LoadAsync(), [["1", "1.5", "x", "1", null], ["3", "2.5", null, "3", null], ["4", "4.5", "z", "4", "new"]]);
    }

    [Fact]
    public async Task Bounds_of_such_columns_leave_files_out()
    {
        var table = await _bed.CreateAsync(Schema);
        foreach (var id in new[] { 1L, 2, 3 }) table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [id, id + 0.5, $"t{id}", (int)id, new object?[] { $"800{id}", 1 }])], LakeBed.Cancellation);
        foreach (var filter in new[] { Filter.Equal("Order ID", 2L), Filter.Equal("价格", 2.5), Filter.Equal("a-b", "t2"), Filter.Equal("1st", 2), Filter.Equal("wide 😀.zip code", "8002") })
        {
            Assert.Single((await TableScan.Of(table, new ScanRequest { Filter = filter }).PlanAsync(LakeBed.Cancellation)).Tasks);
        }
    }

    [Fact]
    public async Task Two_that_would_have_one_name_in_files_stay_two()
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Optional(1, "a-b", PrimitiveType.Int), NestedField.Optional(2, "a_x2Db", PrimitiveType.Int), NestedField.Optional(3, "a_x2Db_1", PrimitiveType.Int)]));
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1, 2, 3])], LakeBed.Cancellation);
        Assert.Equal(["a_x2Db_1_1", "a_x2Db", "a_x2Db_1"], await NamesAsync(table));
        Assert.Equal([[1, 2, 3]], await LakeBed.ReadAsync(table));
        await QueryBed.SameAsync(table, "FROM orders");
    }

    [Fact]
    public async Task Files_that_have_the_names_of_the_table_are_read_beside_others()
    {
        var table = await _bed.CreateAsync(Schema);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L, 1.5, "x", 1, null])], LakeBed.Cancellation);
        var old = $"{table.Metadata.Location}/data/{Guid.NewGuid():D}.parquet";
        using (var duck = new DuckDBConnection("DataSource=:memory:"))
        {
            duck.Open();
            using var command = duck.CreateCommand();
            command.CommandText = $"COPY (SELECT 2::BIGINT AS \"Order ID\", 2.5::DOUBLE AS \"价格\", 'y' AS \"a-b\") TO '{old}' (FORMAT parquet, FIELD_IDS {{'Order ID': 1, '价格': 2, 'a-b': 3}})";
            command.ExecuteNonQuery();
        }
        var change = new TableChange { Operation = SnapshotOperation.Append };
        change.Added.Add(new DataFile { Content = FileContent.Data, Path = old, Format = "PARQUET", RecordCount = 1, FileSizeInBytes = new FileInfo(old).Length, Partition = PartitionTuple.Empty });
        table = await table.CommitAsync(change, LakeBed.Cancellation);
        Assert.Equal([[1L, 1.5, "x", 1, null], [2L, 2.5, "y", null, null]], (await LakeBed.ReadAsync(table)).OrderBy(r => r[0]));
        await QueryBed.SameAsync(table, "FROM orders");
    }

    // The rows of the first four columns, and of others that are text, as each reader has them.
    private async Task SameAsync(Table table, string?[][] expected)
    {
        var names = table.Schema.Fields.Where(f => f.Type.IsPrimitive).Select(f => f.Name).ToList();
        var lines = TableModel.Lines(expected);
        Assert.Equal(lines, TableModel.Lines(await LakeBed.ReadAsync(table, new ScanRequest { Columns = names })));
        Assert.Equal(lines, TableModel.Lines((await ForeignReaders.ReadTableAsync(table.Metadata.Location)).Select(r => names.Select(n => (object?)(r.TryGetProperty(n, out var value) && value.ToString() is { Length: > 0 } text ? text : null)).ToArray())));
        await QueryBed.SameAsync(table, "FROM orders");
    }

    private static async Task<List<string>> NamesAsync(Table table)
    {
        var plan = await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation);
        using var file = await ParquetBatches.OpenAsync(table.Storage, plan.Tasks[0].File.Path, 1, LakeBed.Cancellation);
        return [.. file.Fields.SelectMany(Names)];
    }

    private static IEnumerable<string> Names(Apache.Arrow.Field field) => field.DataType is Apache.Arrow.Types.StructType s ? [field.Name, .. s.Fields.SelectMany(Names)] : [field.Name];
}
