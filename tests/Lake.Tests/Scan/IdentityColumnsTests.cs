using System.Numerics;
using Lake.Commit;
using Lake.Expressions;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Query;
using Lake.Tests.Tables;
using Lake.Types;

namespace Lake.Tests.Scan;

public sealed class IdentityColumnsTests : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    public static TheoryData<string> Types => ["boolean", "int", "long", "float", "double", "decimal(9,2)", "date", "time", "timestamp", "timestamptz", "string", "uuid", "fixed[3]", "binary"];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_column_that_a_file_lacks_has_the_value_of_its_partition_in_scans_and_queries(string name)
    {
        Assert.True(PrimitiveType.TryParse(name, out var type));
        var schema = new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Required(2, "shop", type), NestedField.Optional(3, "n", PrimitiveType.Int)]);
        var table = await _bed.CreateAsync(schema, new PartitionSpec(0, [new PartitionField(2, 1000, "shop", Transform.Identity), new PartitionField(3, 1001, "n", Transform.Identity)]));
        var value = Value(type);
        var change = new TableChange { Operation = SnapshotOperation.Append };
        change.Added.Add(await FileAsync(table, new PartitionTuple([value, null]), 1, 2));
        change.Added.Add(await FileAsync(table, new PartitionTuple([value, 7]), 3));
        table = await table.CommitAsync(change, LakeBed.Cancellation);
        Assert.Equivalent(new object?[][] { [1L, value, null], [2L, value, null], [3L, value, 7] }, (await LakeBed.ReadAsync(table)).OrderBy(r => r[0]), strict: true);
        Assert.Equal([[value]], await LakeBed.ReadAsync(table, new ScanRequest { Columns = ["shop"], Filter = Filter.Equal("n", 7) }));
        await QueryBed.SameAsync(table, "FROM orders");
        await QueryBed.SameAsync(table, "SELECT id FROM orders WHERE n IS NULL", new ScanRequest { Columns = ["id"], Filter = Filter.IsNull("n") });
    }

    private static async Task<DataFile> FileAsync(Table table, PartitionTuple partition, params long[] ids)
    {
        var columns = new[] { table.Schema.Fields[0] };
        using var writer = await ParquetDataWriter.CreateAsync(table.Storage, $"{table.Metadata.Location}/data/{Guid.NewGuid():D}.parquet", new TableSchema(0, columns), new ParquetOptions(), new Dictionary<int, MetricsMode>(), LakeBed.Cancellation);
        writer.Write(LakeBed.Rows(columns, [.. ids.Select(i => new object?[] { i })]));
        return await writer.FinishAsync(LakeBed.Cancellation) with { SpecId = table.Metadata.DefaultSpecId, Partition = partition };
    }

    private static object Value(PrimitiveType type) => type.Kind switch
    {
        TypeKind.Boolean => true,
        TypeKind.Int or TypeKind.Date => -3,
        TypeKind.Float => 0.1f,
        TypeKind.Double => 0.1,
        TypeKind.Decimal => new BigInteger(-12345),
        TypeKind.Time => 45_296_000_007L,
        TypeKind.String => "店's",
        TypeKind.Uuid => new Guid("f79c3e09-677c-4bbd-a479-3f349cb785e7"),
        TypeKind.Fixed or TypeKind.Binary => new byte[] { 0, 255, 39 },
        _ => -1_234_567_890_123_456L,
    };
}
