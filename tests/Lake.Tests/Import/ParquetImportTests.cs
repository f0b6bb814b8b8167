using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Import;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;
using ParquetSharp.Arrow;

namespace Lake.Tests.Import;

public sealed class ParquetImportTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Columns_go_by_name_whatever_ids_order_and_width_they_have()
    {
        // Another table's file: other ids, another order, a narrower type.
        var other = await _bed.Lake.CreateAsync(new TableSchema(0,
        [
            NestedField.Optional(1, "who", new Lake.Types.StructType([NestedField.Optional(2, "age", PrimitiveType.Int), NestedField.Optional(3, "name", PrimitiveType.String)])),
            NestedField.Optional(4, "tags", new Lake.Types.ListType(5, PrimitiveType.Int, false)),
            NestedField.Optional(6, "id", PrimitiveType.Int),
            NestedField.Optional(7, "m", new Lake.Types.MapType(8, PrimitiveType.String, 9, PrimitiveType.Float, false)),
        ]), name: "shop.other");
        object?[] row = [new object?[] { 7, "李" }, new List<object?> { 1, null }, 5, new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"k", (object?)1.5f) }];
        other = await other.AppendAsync([LakeBed.Rows(other.Schema.Fields, row, [null, null, null, null])], LakeBed.Cancellation);
        var file = (await TableScan.Of(other, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks[0].File.Path;
        var request = _bed.Request() with { Sources = [file], Columns = "id long not null\nwho struct<name: string, age: long, more: string>\ntags list<long>\nm map<string, double>" };
        var report = await _bed.RunAsync(request);
        Assert.Equal((1L, 1L), (report.Rows, report.BadRows));
        object?[] expected = [5L, new object?[] { "李", 7L, null }, new List<object?> { 1L, null }, new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"k", (object?)1.5) }];
        Assert.Equivalent(new[] { expected }, await _bed.RowsAsync(), strict: true);
        Assert.Equal([[2L, "id", "the value is null"]], await _bed.QuarantineAsync("row", "column", "reason"));
    }

    [Fact]
    public async Task Types_of_other_writers_become_those_of_tables()
    {
        var at = new TimestampType(TimeUnit.Millisecond, "+00:00");
        var fields = new Field[]
        {
            new("small", Int16Type.Default, true), new("unsigned", UInt32Type.Default, true), new("at", at, true), new("ns", new TimestampType(TimeUnit.Nanosecond, (string?)null), true),
            new("word", new DictionaryType(Int32Type.Default, StringType.Default, false), true), new("big", LargeStringType.Default, true), new("hour", new Time32Type(TimeUnit.Millisecond), true),
        };
        var large = new ArrayData(LargeStringType.Default, 2, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer.Builder<long>().AppendRange([0L, 3L, 3L]).Build(), new ArrowBuffer("上"u8.ToArray())]);
        IArrowArray[] columns =
        [
            new Int16Array.Builder().Append(-3).AppendNull().Build(), new UInt32Array.Builder().Append(4_000_000_000).Append(1).Build(),
            new TimestampArray.Builder(at).Append(DateTimeOffset.UnixEpoch.AddMilliseconds(5)).AppendNull().Build(),
            new TimestampArray(new TimestampType(TimeUnit.Nanosecond, (string?)null), new ArrowBuffer.Builder<long>().AppendRange([-1L, 1_999L]).Build(), ArrowBuffer.Empty, 2, 0, 0),
            new DictionaryArray(new DictionaryType(Int32Type.Default, StringType.Default, false), new Int32Array.Builder().Append(1).AppendNull().Build(), new StringArray.Builder().Append("a").Append("b").Build()),
            ArrowArrayFactory.BuildArray(large),
            new Time32Array.Builder(TimeUnit.Millisecond).Append(new TimeOnly(0, 0, 1)).AppendNull().Build(),
        ];
        var path = Path.Combine(_bed.Inputs, "a.parquet");
        using (var arrow = new ArrowWriterPropertiesBuilder().StoreSchema().Build())
        using (var writer = new FileWriter(path, new Apache.Arrow.Schema(fields, null), null, arrow))
        {
            writer.WriteRecordBatch(new RecordBatch(new Apache.Arrow.Schema(fields, null), columns, 2));
            writer.Close();
        }
        var report = await _bed.RunAsync(_bed.Request("a.parquet"));
        Assert.Equal("small int, unsigned long, at timestamptz, ns timestamp, word string, big string, hour time", ImportBed.Columns(report.Table.Schema));
        Assert.Equal([[-3, 4_000_000_000L, 5000L, -1L, "b", "上", 1_000_000L], [null, 1L, null, 1L, null, "", null]], await _bed.RowsAsync());
    }

    [Fact]
    public async Task A_file_that_does_not_fit_is_refused_by_column_and_types()
    {
        await _bed.Lake.CreateAsync(new TableSchema(0, [NestedField.Optional(1, "id", PrimitiveType.Int)]));
        var other = await _bed.Lake.CreateAsync(new TableSchema(0, [NestedField.Optional(1, "id", PrimitiveType.Long)]), name: "shop.other");
        other = await other.AppendAsync([LakeBed.Rows(other.Schema.Fields, [5L])], LakeBed.Cancellation);
        var file = (await TableScan.Of(other, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks[0].File.Path;
        Assert.Equal($"{file}: column 'id' is int64 in the file, which does not fit int of the table", await _bed.ErrorAsync(_bed.Request() with { Sources = [file] }));
        _bed.Write("torn.parquet", File.ReadAllBytes(file)[..^20]);
        Assert.StartsWith($"{_bed.Inputs}/torn.parquet is no whole Parquet file", await _bed.ErrorAsync(_bed.Request("torn.parquet")), StringComparison.Ordinal);
        Assert.Empty(await _bed.RowsAsync());
    }
}
