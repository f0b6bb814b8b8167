using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Lake.Commit;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Query;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;
using TestKit;

namespace Lake.Tests.Scan;

/// <summary>Files that were there before the table, written without field ids.</summary>
public class NameMappingTests : IDisposable
{
    private const string Property = "schema.name-mapping.default";

    // Full names in the place of ids, which a new table gives anew.
    private const string Mapping = """
        [{"field-id": <id>, "names": ["id", "record_id"]},
         {"field-id": <shop>, "names": ["shop"]},
         {"field-id": <who>, "names": ["who"], "fields": [{"field-id": <who.name>, "names": ["full.name"]}, {"field-id": <who.age>, "names": ["age"]}]},
         {"field-id": <tags>, "names": ["tags"], "fields": [{"field-id": <tags.element>, "names": ["element"], "fields": [{"field-id": <tags.element.text>, "names": ["t"]}]}]},
         {"field-id": <m>, "names": ["m"], "fields": [{"field-id": <m.key>, "names": ["key"]}, {"field-id": <m.value>, "names": ["value"], "fields": [{"field-id": <m.value.value>, "names": ["v"]}]}]},
         {"names": ["unused"]}, {"field-id": <unused>, "names": []}]
        """;

    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Optional(2, "shop", PrimitiveType.String),
        NestedField.Optional(3, "who", new StructType([NestedField.Optional(4, "name", PrimitiveType.String), NestedField.Optional(5, "age", PrimitiveType.Long), NestedField.Optional(14, "more", PrimitiveType.Int)])),
        NestedField.Optional(6, "tags", new ListType(7, new StructType([NestedField.Optional(8, "text", PrimitiveType.String)]), false)),
        NestedField.Optional(9, "m", new MapType(10, PrimitiveType.String, 11, new StructType([NestedField.Optional(12, "value", PrimitiveType.Int)]), false)),
        NestedField.Optional(13, "unused", PrimitiveType.Int),
    ]);

    private readonly LakeBed _bed;

    public NameMappingTests()
        : this(new LocalPlace())
    {
    }

    private protected NameMappingTests(TablePlace place) => _bed = new LakeBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Columns_without_ids_are_found_by_the_mapping_at_any_depth_and_by_either_name()
    {
        var table = await CreateAsync(Mapping);
        table = await AddAsync(table, 2, "SELECT i::INT AS record_id, 'a' AS shop, {'age': i::INT, 'full.name': 'n' || i} AS who, [{'t': 'x'}, NULL] AS tags, MAP {'k': {'v': 7}} AS m, 5 AS unused, 1 AS other FROM range(2) AS r(i)");
        table = await AddAsync(table, 1, "SELECT MAP {'k': NULL::STRUCT(v INT)} AS m, 9::BIGINT AS id");
        // One of ours beside them, which has ids.
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [10L, "b", new object?[] { "own", 1L, 2 }, null, null, 3])], LakeBed.Cancellation);
        object?[][] expected =
        [
            [0L, "a", new object?[] { "n0", 0L, null }, new List<object?> { new object?[] { "x" }, null }, Map(7), null],
            [1L, "a", new object?[] { "n1", 1L, null }, new List<object?> { new object?[] { "x" }, null }, Map(7), null],
            [9L, null, null, null, new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"k", (object?)null) }, null],
            [10L, "b", new object?[] { "own", 1L, 2 }, null, null, 3],
        ];
        Assert.Equivalent(expected, (await LakeBed.ReadAsync(table)).OrderBy(r => r[0]), strict: true);
        await QueryBed.SameAsync(table, "FROM orders");
        await QueryBed.SameAsync(table, "SELECT id FROM orders WHERE shop = 'a'", new ScanRequest { Columns = ["id"], Filter = Filter.Equal("shop", "a") });
        // By id from there on: a new name changes nothing, and rows can be deleted and written anew.
        table = await table.ChangeSchemaAsync(s => s.Rename("shop", "place"), LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Equal("id", 1L), null, LakeBed.Cancellation);
        await new Compaction(table).RunAsync(new CompactionRequest { MinInputFiles = 2 }, null, LakeBed.Cancellation);
        table = await _bed.LoadAsync();
        Assert.Equal([(0L, "a"), (9L, null), (10L, "b")], (await LakeBed.ReadAsync(table, new ScanRequest { Columns = ["id", "place"] })).Select(r => ((long)r[0]!, (string?)r[1])).Order());
        await QueryBed.SameAsync(table, "FROM orders");
    }

    [Fact]
    public async Task The_value_of_a_partition_comes_before_a_column_that_the_mapping_finds()
    {
        var table = await CreateAsync(Mapping, new PartitionSpec(0, [new PartitionField(2, 1000, "shop", Transform.Identity)]));
        table = await AddAsync(table, 1, "SELECT 1::BIGINT AS id, 'of the file' AS shop", new PartitionTuple(["of the partition"]));
        Assert.Equal([[1L, "of the partition"]], await LakeBed.ReadAsync(table, new ScanRequest { Columns = ["id", "shop"] }));
        await QueryBed.SameAsync(table, "SELECT id, shop FROM orders", new ScanRequest { Columns = ["id", "shop"] });
    }

    [Fact]
    public async Task Without_a_mapping_a_column_without_an_id_is_not_there()
    {
        var table = await AddAsync(await CreateAsync(null), 1, "SELECT 1::BIGINT AS id, 'a' AS shop");
        Assert.Equal([[null]], await LakeBed.ReadAsync(table, new ScanRequest { Columns = ["shop"] }));
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => LakeBed.ReadAsync(table));
        Assert.Equal("column 'id' is required, and a file does not have it", e.Message);
    }

    [Theory]
    [InlineData("{}", "schema.name-mapping.default is {}; it must be a JSON list")]
    [InlineData("[{\"field-id\": 1}]", "schema.name-mapping.default[0].names is missing; schema.name-mapping.default[0] must have it")]
    [InlineData("[{\"field-id\": \"1\", \"names\": [\"id\"]}]", "schema.name-mapping.default[0].field-id is \"1\"; it must be a whole number of 32 bits")]
    [InlineData("[{\"field-id\": 1, \"names\": [\"id\"]}, {\"names\": [\"id\"]}]", "schema.name-mapping.default[1].names[0] is \"id\"; it must be a name that stands once beside its like, as it would have two ids")]
    public async Task A_mapping_that_is_none_is_told_where_it_is_needed_and_only_there(string mapping, string message)
    {
        var table = await CreateAsync(mapping);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L, null, null, null, null, null])], LakeBed.Cancellation);
        Assert.Single(await LakeBed.ReadAsync(table));
        await QueryBed.SameAsync(table, "FROM orders");
        table = await AddAsync(table, 1, "SELECT 1::BIGINT AS id");
        Assert.Equal(message, (await Assert.ThrowsAsync<LakeFormatException>(() => LakeBed.ReadAsync(table))).Message);
        Assert.Equal(message, (await Assert.ThrowsAsync<LakeFormatException>(() => QueryBed.LinesAsync(_bed.Catalog, "FROM orders"))).Message);
    }

    private static List<KeyValuePair<object, object?>> Map(int value) => [KeyValuePair.Create((object)"k", (object?)new object?[] { value })];

    private async Task<Table> CreateAsync(string? mapping, PartitionSpec? spec = null)
    {
        var table = await _bed.CreateAsync(Schema, spec);
        if (mapping is null) return table;
        var text = Regex.Replace(mapping, "<([^>]+)>", m => table.Schema.Find(m.Groups[1].Value)!.Id.ToString(CultureInfo.InvariantCulture));
        return await table.CommitAsync((_, builder) => builder.SetProperty(Property, text), LakeBed.Cancellation);
    }

    // A file that DuckDB writes, which gives no ids of its own accord.
    private async Task<Table> AddAsync(Table table, long rows, string sql, PartitionTuple? partition = null)
    {
        using var folder = new TemporaryFolder();
        var (path, location) = (folder["written.parquet"], $"{table.Metadata.Location}/data/{Guid.NewGuid():D}.parquet");
        using (var duck = new DuckDBConnection("DataSource=:memory:"))
        {
            duck.Open();
            using var command = duck.CreateCommand();
            command.CommandText = $"COPY ({sql}) TO '{path}' (FORMAT parquet)";
            command.ExecuteNonQuery();
        }
        var bytes = await File.ReadAllBytesAsync(path, LakeBed.Cancellation);
        await _bed.Place.WriteAsync(location, bytes);
        var change = new TableChange { Operation = SnapshotOperation.Append };
        change.Added.Add(new DataFile { Content = FileContent.Data, Path = location, Format = "PARQUET", RecordCount = rows, FileSizeInBytes = bytes.Length, SpecId = table.Metadata.DefaultSpecId, Partition = partition ?? PartitionTuple.Empty });
        return await table.CommitAsync(change, LakeBed.Cancellation);
    }
}
