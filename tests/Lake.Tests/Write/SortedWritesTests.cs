using System.Numerics;
using Apache.Arrow;
using Lake.Evolution;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Values;
using Lake.Write;

namespace Lake.Tests.Write;

public class SortedWritesTests : IDisposable
{
    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Optional(2, "text", PrimitiveType.String),
        NestedField.Optional(3, "number", PrimitiveType.Int),
        NestedField.Optional(4, "ratio", PrimitiveType.Double),
        NestedField.Optional(5, "price", PrimitiveType.Decimal(20, 2)),
        NestedField.Optional(6, "bytes", PrimitiveType.Binary),
        NestedField.Optional(7, "flag", PrimitiveType.Boolean),
        NestedField.Optional(8, "inner", new StructType([NestedField.Optional(9, "at", PrimitiveType.Timestamp), NestedField.Optional(10, "tags", new ListType(11, PrimitiveType.String, false))])),
    ]);

    private readonly FaultyStorage _storage;
    private readonly LakeBed _bed;

    public SortedWritesTests()
        : this(new LocalPlace())
    {
    }

    private protected SortedWritesTests(TablePlace place) => _bed = new LakeBed(place, _storage = new FaultyStorage(place.Storage));

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("text", false)]
    [InlineData("text", true)]
    [InlineData("number", true)]
    [InlineData("ratio", false)]
    [InlineData("ratio", true)]
    [InlineData("price", false)]
    [InlineData("bytes", true)]
    [InlineData("flag", false)]
    [InlineData("inner.at", false)]
    public async Task Rows_of_a_file_stand_in_the_table_s_order_and_equal_ones_as_they_came(string column, bool isDescending)
    {
        var table = await CreateAsync([new SortColumn(column) { IsDescending = isDescending, NullsFirst = column == "ratio" }]);
        var rows = Rows(300, seed: column.Length);
        table = await table.AppendAsync(rows.Chunk(70).Select(r => LakeBed.Rows(table.Schema.Fields, r)), LakeBed.Cancellation);
        var read = await LakeBed.ReadAsync(table);
        var field = table.Schema.Find(column)!;
        var nullsFirst = column == "ratio";
        var wanted = rows.OrderBy(r => Value(r, column), Comparer<object?>.Create((x, y) => Compare((PrimitiveType)field.Type, x, y, isDescending, nullsFirst))).Select(r => (long)r[0]!);
        Assert.Equal(wanted, read.Select(r => (long)r[0]!));
        // Nothing of a row stays behind.
        Assert.Equal(rows.OrderBy(r => (long)r[0]!).Select(Line), read.OrderBy(r => (long)r[0]!).Select(Line));
        Assert.Equal(table.Metadata.DefaultSortOrderId, (await FilesAsync(table)).Single().File.SortOrderId);
        Assert.NotEqual(0, table.Metadata.DefaultSortOrderId);
    }

    [Fact]
    public async Task Rows_are_ordered_by_what_transforms_make_of_them_and_by_several_columns()
    {
        var table = await CreateAsync([new SortColumn("id") { Transform = Transform.Bucket(4) }, new SortColumn("text") { Transform = Transform.Truncate(1), IsDescending = true }, new SortColumn("price") { Transform = Transform.Truncate(300) }, new SortColumn("id")]);
        var rows = Rows(200, seed: 3);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, rows)], LakeBed.Cancellation);
        var wanted = rows.OrderBy(r => Of(table, Transform.Bucket(4), 1, r[0]), Nulls(PrimitiveType.Int, false)).ThenBy(r => Of(table, Transform.Truncate(1), 2, r[1]), Nulls(PrimitiveType.String, true))
            .ThenBy(r => Of(table, Transform.Truncate(300), 5, r[4]), Nulls(PrimitiveType.Decimal(20, 2), false)).ThenBy(r => (long)r[0]!).Select(r => r[0]);
        Assert.Equal(wanted, (await LakeBed.ReadAsync(table)).Select(r => r[0]));
    }

    [Theory]
    [InlineData("number", "20000", 5)]
    [InlineData("text", "3000", 20)]
    [InlineData("inner.at", "100000", 2)]
    public async Task What_does_not_fit_in_memory_waits_on_the_disk_and_is_merged(string column, string bytes, int leastRuns)
    {
        var table = await CreateAsync([new SortColumn(column), new SortColumn("id") { IsDescending = true }], ("write.sort.buffer-bytes", bytes));
        var rows = Rows(10_000, seed: 5);
        table = await table.AppendAsync(rows.Chunk(50).Select(r => LakeBed.Rows(table.Schema.Fields, r)), LakeBed.Cancellation);
        Assert.InRange(_storage.Calls.Count(c => c.EndsWith(".spill", StringComparison.Ordinal)), leastRuns, 400);
        Assert.Empty(_bed.Place.LocalFiles(".spill"));
        var nulls = Nulls((PrimitiveType)table.Schema.Find(column)!.Type, false);
        var read = await LakeBed.ReadAsync(table);
        Assert.Equal(rows.OrderBy(r => Value(r, column), nulls).ThenByDescending(r => (long)r[0]!).Select(Line), read.Select(Line));
        Assert.Equal(table.Metadata.DefaultSortOrderId, (await FilesAsync(table)).Single().File.SortOrderId);
    }

    [Fact]
    public async Task Rows_that_wait_on_the_disk_go_with_a_writer_that_is_given_up()
    {
        var table = await CreateAsync([new SortColumn("number")], ("write.sort.buffer-bytes", "20000"));
        await using (var writer = new TableWriter(table))
        {
            foreach (var rows in Rows(1000, seed: 5).Chunk(100)) await writer.WriteAsync(LakeBed.Rows(table.Schema.Fields, rows), LakeBed.Cancellation);
            Assert.NotEmpty(_bed.Place.LocalFiles(".spill"));
        }
        Assert.Empty(_bed.Place.LocalFiles(".spill"));
    }

    [Fact]
    public async Task A_disk_that_refuses_rows_to_wait_leaves_nothing()
    {
        var table = await CreateAsync([new SortColumn("number")], ("write.sort.buffer-bytes", "20000"));
        _storage.Fail(_storage.Calls.Count + 2, StorageFault.Full);
        await Assert.ThrowsAnyAsync<IOException>(() => table.AppendAsync(Rows(1000, seed: 5).Chunk(100).Select(r => LakeBed.Rows(table.Schema.Fields, r)), LakeBed.Cancellation));
        Assert.Equal(1, _storage.Failed);
        Assert.Empty(await _bed.Place.FilesAsync($"{table.Metadata.Location}/data"));
    }

    [Fact]
    public async Task Partitions_are_ordered_each_in_itself_and_rows_may_be_gone_when_they_are_sorted()
    {
        var table = await CreateAsync([new SortColumn("id") { IsDescending = true }], new PartitionSpec(0, [new PartitionField(3, 1000, "number", Transform.Bucket(3))]));
        await using var writer = new TableWriter(table);
        foreach (var rows in Rows(90, seed: 6).Chunk(30))
        {
            using var batch = LakeBed.Rows(table.Schema.Fields, rows);
            await writer.WriteAsync(batch, LakeBed.Cancellation);
            Scribble(batch);
        }
        var change = new Lake.Commit.TableChange { Operation = SnapshotOperation.Append };
        change.Added.AddRange(await writer.FinishAsync(LakeBed.Cancellation));
        table = await table.CommitAsync(change, LakeBed.Cancellation);
        var seen = new List<long>();
        foreach (var file in await FilesAsync(table))
        {
            var ids = new List<long>();
            await foreach (var batch in TableScan.Of(table, new ScanRequest { Columns = ["id"] }).ReadAsync(file, LakeBed.Cancellation)) ids.AddRange(((Int64Array)batch.Column(0)).Values.ToArray());
            Assert.Equal(ids.OrderDescending(), ids);
            seen.AddRange(ids);
        }
        Assert.Equal(Enumerable.Range(0, 90).Select(i => (long)i), seen.Order());
    }

    [Fact]
    public async Task A_buffer_beyond_what_arrays_can_have_is_refused()
    {
        var table = await CreateAsync([new SortColumn("id")], ("write.sort.buffer-bytes", "2147483648"));
        Assert.StartsWith("property write.sort.buffer-bytes is '2147483648'; it must be 2147483647 at most", Assert.Throws<LakeFormatException>(() => WriteOptions.Of(table)).Message, StringComparison.Ordinal);
    }

    private Task<Table> CreateAsync(IReadOnlyList<SortColumn> order, params (string Name, string Value)[] properties) => CreateAsync(order, null, properties);

    private async Task<Table> CreateAsync(IReadOnlyList<SortColumn> order, PartitionSpec? spec, params (string Name, string Value)[] properties) =>
        await (await _bed.CreateAsync(Schema, spec, properties.ToDictionary(p => p.Name, p => p.Value))).ChangeSortOrderAsync(order, LakeBed.Cancellation);

    private static async Task<IReadOnlyList<FileScanTask>> FilesAsync(Table table) => (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks;

    private static object?[][] Rows(int count, int seed)
    {
        var random = new Random(seed);
        object? Sometimes(object value) => random.Next(5) == 0 ? null : value;
        var doubles = new[] { double.NaN, double.NegativeInfinity, -1.5, -0.0, 0.0, 2.5, double.PositiveInfinity };
        var texts = new[] { "", "a", "a\0", "a\0b", "ab", "东", "\uE000", "😀", "zzzzzzzzzz1", "zzzzzzzzzz2" };
        return [.. Enumerable.Range(0, count).OrderBy(_ => random.Next()).Select(i => new object?[]
        {
            (long)i, Sometimes(texts[random.Next(texts.Length)]), Sometimes(random.Next(-5, 5)), Sometimes(doubles[random.Next(doubles.Length)]), Sometimes(new BigInteger(random.Next(-900, 900))),
            Sometimes(new byte[] { (byte)random.Next(3), 0 }[..random.Next(3)]), Sometimes(random.Next(2) == 0), Sometimes(new object?[] { Sometimes((long)random.Next(-9, 9)), Sometimes(new List<object?> { $"t{i}" }) }),
        })];
    }

    private static object? Value(object?[] row, string column) => column == "inner.at" ? ((object?[]?)row[7])?[0] : row[Schema.Fields.ToList().FindIndex(f => f.Name == column)];

    private static object? Of(Table table, Transform transform, int id, object? value) => Lake.Partitioning.TransformFunction.Apply(transform, (PrimitiveType)table.Schema.Find(id)!.Type, value);

    private static Comparer<object?> Nulls(PrimitiveType type, bool isDescending) => Comparer<object?>.Create((x, y) => Compare(type, x, y, isDescending, !isDescending));

    private static int Compare(PrimitiveType type, object? x, object? y, bool isDescending, bool nullsFirst)
    {
        if (x is null || y is null) return ((y is null).CompareTo(x is null)) * (nullsFirst ? -1 : 1) * -1;
        // Zeros of both signs are told apart, as the specification orders them.
        var order = x is double a && y is double b && a == 0 && b == 0 ? double.IsNegative(b).CompareTo(double.IsNegative(a)) : SingleValue.Compare(type, x, y);
        return isDescending ? -order : order;
    }

    private static string Line(object?[] row) => string.Join('|', row.Select(v => v switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        object?[] inner => $"{inner[0]}:{string.Join(',', (inner[1] as List<object?>) ?? [])}",
        _ => $"{v}",
    }));

    // Another batch may stand in the same memory.
    private static void Scribble(RecordBatch batch) => System.Runtime.InteropServices.MemoryMarshal.AsMemory(batch.Column(0).Data.Buffers[1].Memory).Span.Fill(0xee);
}
