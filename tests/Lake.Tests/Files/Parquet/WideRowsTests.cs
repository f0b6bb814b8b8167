using Apache.Arrow;
using Lake.Columns;
using Lake.Files.Parquet;
using Lake.Metadata;
using Lake.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;
using ParquetSharp;

namespace Lake.Tests.Files.Parquet;

public sealed class WideRowsTests : IDisposable
{
    private const int Wide = 1 << 20;

    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "text", PrimitiveType.String)]);

    private readonly TestKit.TemporaryFolder _folder = new();
    private readonly LocalStorage _storage = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(70, false)]
    [InlineData(2, true)]
    public async Task Batches_of_wide_rows_are_bounded_by_their_bytes_also_where_values_repeat(int values, bool isDictionary)
    {
        var location = await WriteAsync(70, i => Text(i % values, Wide / 2 - 64), new ParquetOptions());
        using var reader = await ParquetDataReader.OpenAsync(_storage, location, LakeBed.Cancellation);
        var (rows, batches) = (0, 0);
        await foreach (var (batch, position) in reader.ReadAsync(Schema.Fields, null, LakeBed.Cancellation))
        {
            using (batch)
            {
                Assert.Equal(rows, position);
                Assert.InRange(ArrowBytes.OfRows(batch.Arrays, batch.Length).Sum(), 1, BatchRows.MaxBytes + Wide);
                (rows, batches) = (rows + batch.Length, batches + 1);
            }
        }
        Assert.Equal((70, isDictionary), (rows, BytesOf(location) < 2 * Wide));
        Assert.InRange(batches, 2, 5);
        // Of the narrow column alone, all rows are one batch.
        await foreach (var (batch, _) in reader.ReadAsync([Schema.Fields[0]], null, LakeBed.Cancellation))
        {
            using (batch) Assert.Equal(70, batch.Length);
        }
    }

    [Fact]
    public async Task An_import_s_batches_are_bounded_likewise_and_begin_at_any_row()
    {
        var location = await WriteAsync(40, i => Text(i, Wide), new ParquetOptions());
        using var input = await ParquetInput.OpenAsync(_storage, location, 65_536, LakeBed.Cancellation);
        var ids = new List<long>();
        await foreach (var batch in input.ReadAsync([0, 1], 21, LakeBed.Cancellation))
        {
            using (batch)
            {
                Assert.InRange(batch.Length, 1, 32);
                ids.AddRange(((Int64Array)batch.Column(0)).Values);
            }
        }
        Assert.Equal(Enumerable.Range(21, 19).Select(i => (long)i), ids);
    }

    [Fact]
    public async Task Row_groups_end_by_rows_or_by_bytes_and_narrow_rows_are_not_cut()
    {
        Assert.Equal([4, 4, 2], await GroupsAsync(10, i => Text(i, 1000), new ParquetOptions { RowGroupBytes = 3000 }, batchRows: 2));
        Assert.Equal([6, 4], await GroupsAsync(10, i => "x", new ParquetOptions { RowGroupRows = 6 }, batchRows: 5));
        // What is behind the rows of one counts for the next.
        Assert.Equal([3, 3, 3, 1], await GroupsAsync(10, i => Text(i, 1000), new ParquetOptions { RowGroupRows = 3, RowGroupBytes = 2500 }, batchRows: 1));
        Assert.Equal([10], await GroupsAsync(10, i => "x", new ParquetOptions(), batchRows: 3));
    }

    [Fact]
    public void Rows_that_were_sorted_come_in_batches_of_bounded_bytes()
    {
        var rows = new SortedRows(new Lake.Metadata.SortOrder(1, [new SortField(1, Transform.Identity, true, false)]), Schema);
        // Nine of a thousand bytes, one of five thousand in the middle.
        rows.Add(Rows(0, 10, i => Text(i, i == 4 ? 5000 : 1000)));
        Assert.Equal([(9, 3), (6, 2), (4, 1), (3, 3), (0, 1)], Drained(rows, 3, 3200));
        rows.Add(Rows(0, 10, i => Text(i, 1000)));
        Assert.Equal([(9, 3), (6, 3), (3, 3), (0, 1)], Drained(rows, 100, 3200));
        rows.Add(Rows(0, 10, i => Text(i, 1000)));
        Assert.Equal([(9, 10)], Drained(rows, 100, 100_000));
    }

    [Fact]
    public void Bytes_of_rows_are_those_of_all_that_stands_in_them()
    {
        NestedField[] columns =
        [
            NestedField.Optional(1, "flag", PrimitiveType.Boolean), NestedField.Optional(2, "text", PrimitiveType.String), NestedField.Optional(3, "list", new ListType(4, PrimitiveType.String, false)),
            NestedField.Optional(5, "inner", new StructType([NestedField.Optional(6, "a", PrimitiveType.Int), NestedField.Optional(7, "b", PrimitiveType.Binary)])),
        ];
        using var batch = LakeBed.Rows(columns, [true, "four", new List<object?> { "ab", "c" }, new object?[] { 1, new byte[10] }], [null, null, null, null]);
        Assert.Equal([1 + (4 + 4) + (4 + 4 + 2 + 4 + 1) + 4 + (4 + 10), 1 + 4 + 4 + 4 + 4L], ArrowBytes.OfRows(batch.Arrays, 2));
        Assert.Equal([17L], ArrowBytes.OfRows(batch.Arrays.Select(a => ArrowArrayFactory.Slice(a, 1, 1)), 1));
    }

    private static List<(long First, int Rows)> Drained(SortedRows rows, int batchRows, long batchBytes) => [.. rows.Drain(batchRows, batchBytes).Select(b => (((Int64Array)b.Column(0)).Values[0], b.Length))];

    private async Task<List<long>> GroupsAsync(int rows, Func<int, string> text, ParquetOptions options, int batchRows)
    {
        var location = await WriteAsync(rows, text, options, batchRows);
        using var reader = new ParquetFileReader(location);
        return [.. Enumerable.Range(0, reader.FileMetaData.NumRowGroups).Select(g => RowsOf(reader, g))];
    }

    private static long BytesOf(string location)
    {
        using var reader = new ParquetFileReader(location);
        using var group = reader.RowGroup(0);
        return group.MetaData.TotalByteSize;
    }

    private static long RowsOf(ParquetFileReader reader, int group)
    {
        using var rows = reader.RowGroup(group);
        return rows.MetaData.NumRows;
    }

    private async Task<string> WriteAsync(int rows, Func<int, string> text, ParquetOptions options, int batchRows = 10)
    {
        var location = $"{_folder.Path}/{Guid.NewGuid():N}.parquet";
        using var writer = await ParquetDataWriter.CreateAsync(_storage, location, Schema, options, new Dictionary<int, MetricsMode>(), LakeBed.Cancellation);
        for (var i = 0; i < rows; i += batchRows) writer.Write(Rows(i, Math.Min(batchRows, rows - i), text));
        await writer.FinishAsync(LakeBed.Cancellation);
        return location;
    }

    private static RecordBatch Rows(int first, int count, Func<int, string> text) =>
        new(ArrowSchema.Of(Schema), [new Int64Array.Builder().AppendRange(Enumerable.Range(first, count).Select(i => (long)i)).Build(), new StringArray.Builder().AppendRange(Enumerable.Range(first, count).Select(text)).Build()], count);

    private static string Text(int number, int length) => $"{number:D6}" + new string('x', length - 6);
}
