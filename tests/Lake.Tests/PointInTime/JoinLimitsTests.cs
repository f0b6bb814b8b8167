using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Catalog;
using Lake.Columns;
using Lake.PointInTime;
using Lake.Query;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.PointInTime;

/// <summary>Joins that are larger than their memory, and joins that are ended on the way.</summary>
public sealed class JoinLimitsTests : IDisposable
{
    private const int Entities = 1_000;

    private const string Definitions = """
        {
          "entities": [ { "name": "member", "joinKeys": [ { "name": "id", "type": "int64" } ] } ],
          "sources": [
            { "name": "rows", "kind": "file", "path": "lake.rows", "eventTimeColumn": "at", "fields": [ { "name": "n", "type": "int64" } ] },
            { "name": "events", "kind": "events", "path": "lake.rows", "eventTimeColumn": "at", "typeColumn": "type", "fields": [ { "name": "n", "type": "int64" } ] }
          ],
          "featureViews": [
            { "name": "newest", "kind": "batch", "entities": ["member"], "source": "rows", "features": [ { "name": "n", "type": "int64" } ] },
            { "name": "activity", "kind": "stream", "entities": ["member"], "source": "events", "features": [ { "name": "events", "type": "int64", "aggregate": { "function": "count", "window": "1h" } } ] }
          ]
        }
        """;

    private static readonly NestedField[] Columns =
        [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Required(2, "at", PrimitiveType.TimestampTz), NestedField.Required(3, "n", PrimitiveType.Long), NestedField.Required(4, "type", PrimitiveType.String)];

    private readonly JoinBed _bed = new(Definitions);

    private string Staging => _bed.Staging;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_join_that_does_not_fit_into_its_memory_spills_and_is_whole()
    {
        const int Rows = 1_200_000;
        await FillAsync(Rows);
        var limits = new QueryLimits { MemoryBytes = 96 << 20, Threads = 1 };
        // Without room to spill it cannot be done in that memory.
        var error = await Assert.ThrowsAsync<QueryException>(async () => await ReadAsync(limits with { SpillBytes = 0 }, "newest", CancellationToken.None));
        Assert.Contains("memory", error.Message, StringComparison.OrdinalIgnoreCase);
        var expected = 0L;
        Assert.Equal(Rows, await ReadAsync(limits, "newest", LakeBed.Cancellation, (spine, n) =>
        {
            // A row of its own moment is the newest one, and the spine keeps its order.
            Assert.Equal(expected++, spine);
            Assert.Equal(spine, n);
        }));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("activity")]
    public async Task A_join_tells_how_far_it_is_up_to_the_last_row(string view)
    {
        await FillAsync(20_000);
        var told = new List<long>();
        await using (var rows = await _bed.Join().RunAsync(_bed.Request(Spine(), view) with { TimeColumn = "at" }, new Told(told.Add), LakeBed.Cancellation)) Assert.NotEmpty(told);
        Assert.Equal(told.Order(), told);
        // A stream view's events and moments pass together.
        Assert.Equal(view == "newest" ? 20_000 : 40_000, told[^1]);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("activity")]
    public async Task A_join_that_is_cancelled_on_the_way_leaves_no_table_and_no_files(string view)
    {
        await FillAsync(20_000);
        using var stop = new CancellationTokenSource();
        var request = _bed.Request(Spine(), view) with { TimeColumn = "at" };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bed.Join().WriteAsync(request, TableName.Parse("lake.training"), new Told(_ => stop.Cancel()), stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
        Assert.Equal(["lake.rows"], (await _bed.Bed.Catalog.ListAsync(LakeBed.Cancellation)).Select(n => n.ToString()));
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("activity")]
    public async Task A_join_that_is_cancelled_between_its_rows_gives_no_more_and_leaves_no_files(string view)
    {
        await FillAsync(20_000);
        using var stop = new CancellationTokenSource();
        var rows = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(new QueryLimits(), view, stop.Token, (_, _) =>
        {
            rows++;
            stop.Cancel();
        }));
        Assert.InRange(rows, 1, 19_999);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    private static JoinSpine Spine() => JoinBed.Spine("lake.rows");

    private async Task<int> ReadAsync(QueryLimits limits, string view, CancellationToken cancellation, Action<long, long>? row = null)
    {
        var count = 0;
        await using var joined = await _bed.Join(limits).RunAsync(_bed.Request(Spine(), view) with { TimeColumn = "at" }, null, cancellation);
        await foreach (var batch in joined.ReadAsync(cancellation))
        {
            using (batch)
            {
                var (spine, values) = ((Int64Array)batch.Column(2), (Int64Array)batch.Column(batch.ColumnCount - 1));
                for (var i = 0; i < batch.Length; i++) row?.Invoke(spine.Values[i], values.Values[i]);
                count += batch.Length;
            }
        }
        return count;
    }

    // Row after row a millisecond later, so that each is the newest of its entity at its own moment.
    private async Task FillAsync(int rows)
    {
        const int Size = 20_000;
        var table = await _bed.Bed.CreateAsync(new TableSchema(0, Columns), name: "lake.rows");
        var types = new StringArray.Builder().AppendRange(Enumerable.Repeat("visit", Size)).Build();
        var batches = Enumerable.Range(0, rows / Size).Select(b => Enumerable.Range(b * Size, Size).Select(n => (long)n).ToArray()).Select(numbers => new RecordBatch(
            ArrowSchema.Of(table.Schema.Fields),
            [Numbers(Int64Type.Default, [.. numbers.Select(n => n * 7 % Entities)]), Numbers(new TimestampType(TimeUnit.Microsecond, "UTC"), [.. numbers.Select(n => JoinBed.Day + (n * 1_000))]), Numbers(Int64Type.Default, numbers), types],
            Size));
        await table.AppendAsync(batches, LakeBed.Cancellation);
    }

    private static IArrowArray Numbers(IArrowType type, long[] values) =>
        ArrowArrayFactory.BuildArray(new ArrayData(type, values.Length, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer.Builder<long>().AppendRange(values).Build()]));

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
