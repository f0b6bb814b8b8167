using Lake.Commit;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Scan;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Maintenance;

public class CompactionFaultTests : IDisposable
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Required(2, "part", PrimitiveType.Int)]);
    private static readonly CompactionRequest Small = new() { MinInputFiles = 2, MaxCommits = 2, Parallelism = 1 };

    private readonly FaultyStorage _storage;
    private readonly LakeBed _bed;

    public CompactionFaultTests()
        : this(new LocalPlace())
    {
    }

    private protected CompactionFaultTests(TablePlace place) => _bed = new LakeBed(place, _storage = new FaultyStorage(place.Storage));

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_is_cut_off_at_any_call_leaves_the_table_whole_and_the_next_one_goes_on(bool isCancelled)
    {
        var step = _bed.Place.Stride(3, 19);
        var (wasCut, partly) = (true, 0);
        for (var call = isCancelled ? 1 : 0; wasCut; call += step)
        {
            var table = await FilledAsync($"shop.t{call}");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(LakeBed.Cancellation);
            var start = _storage.Calls.Count;
            if (isCancelled) _storage.Before(start + call, stop.Cancel);
            else _storage.Fail(start + call, StorageFault.Error);
            var e = await Record.ExceptionAsync(() => new Compaction(table).RunAsync(Small, null, stop.Token));
            wasCut = _storage.Calls.Count > start + call;
            _storage.Heal();
            Assert.True(e is null or IOException or CommitStateUnknownException or OperationCanceledException, $"call {call}: {e}");
            var now = await _bed.LoadAsync($"shop.t{call}");
            Assert.Equal([1L, 2, 3, 4, 5], await IdsAsync(now));
            if (now.Metadata.Snapshots.Count == 5) partly++;
            // What was not committed is gone, as far as the storage let it go.
            if (isCancelled && e is not CommitStateUnknownException) Assert.Equal(await NamedAsync(now), await _bed.Place.FilesAsync(now.Metadata.Location, ".parquet"));
            await new Compaction(now).RunAsync(Small, null, LakeBed.Cancellation);
            now = await _bed.LoadAsync($"shop.t{call}");
            Assert.Equal([1L, 2, 3, 4, 5], await IdsAsync(now));
            var tasks = (await TableScan.Of(now, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks;
            Assert.True(tasks.Count == 2 && tasks.All(t => t.Deletes.Count == 0), $"call {call}: {tasks.Count} files are left");
            Assert.True(call < 200, "a compaction of four files made 200 calls");
        }
        // Some were cut off between their commits.
        Assert.NotEqual(0, partly);
    }

    // Two partitions of two files each, with a deleted row.
    private async Task<Table> FilledAsync(string name)
    {
        var spec = new Lake.Metadata.PartitionSpec(0, [new Lake.Metadata.PartitionField(2, 1000, "part", Lake.Metadata.Transform.Identity)]);
        var table = await _bed.CreateAsync(Schema, spec, new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0", ["write.delete.mode"] = "merge-on-read" }, name);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [0L, 1], [1L, 1], [2L, 2])], LakeBed.Cancellation);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [3L, 1], [4L, 2], [5L, 2])], LakeBed.Cancellation);
        return await table.DeleteAsync(Filter.Equal("id", 0), null, LakeBed.Cancellation);
    }

    private static async Task<List<long>> IdsAsync(Table table) => [.. (await LakeBed.ReadAsync(table)).Select(r => (long)r[0]!).Order()];

    // Parquet files that a snapshot has.
    private static async Task<IEnumerable<string>> NamedAsync(Table table)
    {
        var files = new TableFiles(table.Storage, table.Metadata, null);
        return (await files.DataFilesAsync((await files.ManifestsAsync(table.Metadata.Snapshots.ToList(), LakeBed.Cancellation)).Values, LakeBed.Cancellation)).Order(StringComparer.Ordinal);
    }
}
