using Lake.Catalog;
using Lake.Commit;
using Lake.Import;
using Lake.Maintenance;
using Lake.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

public sealed class ImportResumeTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(ImportMode.Append, false, 1)]
    [InlineData(ImportMode.Upsert, true, 4)]
    public async Task An_import_that_was_killed_at_any_step_goes_on_and_has_each_row_once(ImportMode mode, bool isDone, int stride)
    {
        var deaths = 0;
        for (var died = true; died; deaths += stride)
        {
            using var bed = new ImportBed();
            bed.Write("a.csv", "id,n\n1,1\n2,x\n3,3\n4,4\n5,y\n");
            bed.Write("b.jsonl", "{\"id\": 6, \"n\": 6}\n{\"id\": 7, \"n\": \"z\"}\n{\"id\": 8}\n");
            var request = bed.Request("a.csv", "b.jsonl") with { Columns = "id long not null, n int", Mode = mode, Keys = mode == ImportMode.Upsert ? ["id"] : null, BatchRows = 3, BadRows = new BadRowLimit { MaxShare = 1 } };
            died = await DiesAsync(bed, request, deaths, isDone);
            // Killed once more, as it goes on.
            await DiesAsync(bed, request, deaths, !isDone);
            var report = await bed.RunAsync(request);
            Assert.Equal((5L, 3L), (report.Rows, report.BadRows));
            Assert.Equal([1L, 3L, 4L, 6L, 8L], (await bed.RowsAsync(columns: ["id"])).Select(r => (long)r[0]!).Order());
            Assert.Equal([[2L], [5L], [2L]], await bed.QuarantineAsync("row"));
            Assert.Equal(["main"], (await bed.Lake.LoadAsync()).Metadata.Refs.Keys);
            Assert.Equal(["main"], (await bed.Lake.LoadAsync($"{ImportBed.Table}_quarantine")).Metadata.Refs.Keys);
            Assert.True((await bed.RunAsync(request)).WasDone);
            Assert.True(deaths < 400, "an import of eight rows made 400 calls");
        }
        Assert.InRange(deaths, 40, 400);
    }

    [Fact]
    public async Task What_is_staged_survives_the_expiry_of_snapshots_and_what_is_done_is_known_after_it()
    {
        _bed.Write("a.csv", "id\n1\n2\n3\n4\n5\n");
        var request = _bed.Request("a.csv") with { BatchRows = 1 };
        var cancel = new CancelAt(3);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bed.Importer().RunAsync(request, cancel, cancel.Token));
        Assert.Empty(await _bed.RowsAsync());
        await ExpireAsync(TimeSpan.FromDays(29));
        var report = await _bed.RunAsync(request);
        Assert.InRange(report.ResumedAtRow, 1, 4);
        await ExpireAsync(TimeSpan.FromDays(100));
        Assert.Single((await _bed.Lake.LoadAsync()).Metadata.Snapshots);
        Assert.True((await _bed.RunAsync(request)).WasDone);
        Assert.Equal([1, 2, 3, 4, 5], (await _bed.RowsAsync()).Select(r => (int)r[0]!).Order());
    }

    [Fact]
    public async Task A_file_that_was_changed_meanwhile_is_told_by_what_differs()
    {
        var request = await CutOffAsync("a.csv", "b.csv");
        var path = $"{_bed.Inputs}/a.csv";
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 6, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal($"{path} was changed since import 'may' read it: it was written at 2024-05-01T00:00:00.000Z and at 2024-06-01T00:00:00.000Z; put the old file back, or abandon the import", await _bed.ErrorAsync(request));
        _bed.Write("a.csv", "id\n1\n2\n9\n");
        Assert.Contains("its first part is another one", await _bed.ErrorAsync(request), StringComparison.Ordinal);
        _bed.Write("a.csv", "id\n1\n2\n3\n4\n");
        Assert.Contains("it had 9 bytes and has 11", await _bed.ErrorAsync(request), StringComparison.Ordinal);
        _bed.Write("a.csv", "id\n1\n2\n3\n");
        Assert.Equal("import 'may' was begun with other settings; run it with those, or abandon it", await _bed.ErrorAsync(request with { Csv = new CsvLayout { NullTexts = ["3"] } }));
        Assert.Contains($"was begun with {path} as file 1, and it is {_bed.Inputs}/b.csv now", await _bed.ErrorAsync(request with { Sources = [$"{_bed.Inputs}/b.csv"] }), StringComparison.Ordinal);
        await _bed.RunAsync(request);
        Assert.Equal([1, 2, 3, 4], (await _bed.RowsAsync()).Select(r => (int)r[0]!).Order());
    }

    [Fact]
    public async Task A_done_import_is_not_done_again_and_other_files_under_its_id_are_told()
    {
        _bed.Write("a.csv", "id\n1\n");
        var request = _bed.Request("*.csv");
        var first = await _bed.RunAsync(request);
        var again = await _bed.RunAsync(request);
        Assert.Equal((first.Id, true, 1L), (again.Id, again.WasDone, again.Rows));
        _bed.Write("b.csv", "id\n2\n");
        Assert.Equal($"import '{first.Id}' is done with 1 files, and those that are there now (2) are not the same; import new files by their names, or give the import another id to load all of them", await _bed.ErrorAsync(request));
        await _bed.RunAsync(request with { Id = "again" });
        Assert.Equal([1, 1, 2], (await _bed.RowsAsync()).Select(r => (int)r[0]!).Order());
    }

    [Fact]
    public async Task Progress_tells_files_bytes_rows_speed_and_what_is_left()
    {
        _bed.Write("a.csv", "id\n1\n2\n3\n4\n");
        _bed.Write("b.csv", "id\n5\n6\n7\nx\n");
        var steps = new Steps(() => _bed.Lake.Clock.Advance(TimeSpan.FromSeconds(1)));
        await _bed.RunAsync(_bed.Request("a.csv", "b.csv") with { BatchRows = 2, Columns = "id int" }, steps);
        // Small files are read at once, whatever of them was worked off.
        Assert.Equal([(0, 11L), (0, 11L), (1, 11L), (1, 22L), (1, 22L), (2, 22L)], steps.All.Select(p => (p.Files, p.Bytes)));
        var last = steps.All[^1];
        Assert.Equal((2, 22L, 7L, 1L, 1.6, TimeSpan.Zero), (last.FilesTotal, last.BytesTotal, last.Rows, last.BadRows, last.RowsPerSecond, last.TimeLeft!.Value));
        Assert.Equal(TimeSpan.FromSeconds(2), steps.All[2].TimeLeft!.Value);
    }

    // Whether it died; the storage is that of a process of its own.
    private static async Task<bool> DiesAsync(ImportBed bed, ImportRequest request, int call, bool isDone)
    {
        var storage = new DyingStorage(new LocalStorage(), call, isDone);
        var import = new TableImport(new FileCatalog(storage, bed.Lake.Folder), bed.Lake.Clock, new LocalStorage());
        var e = await Record.ExceptionAsync(() => import.RunAsync(request, null, LakeBed.Cancellation));
        Assert.True(e is null or IOException or CommitStateUnknownException or LakeFormatException, $"{e}");
        return storage.IsDead;
    }

    // Two rows of the first file are staged.
    private async Task<ImportRequest> CutOffAsync(string first, string second)
    {
        _bed.Write(first, "id\n1\n2\n3\n");
        _bed.Write(second, "id\n4\n");
        var request = _bed.Request(first, second) with { Id = "may", BatchRows = 1 };
        var cancel = new CancelAt(3);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bed.Importer().RunAsync(request, cancel, cancel.Token));
        return request;
    }

    private async Task ExpireAsync(TimeSpan later)
    {
        _bed.Lake.Clock.Advance(later);
        await new SnapshotExpiry(await _bed.Lake.LoadAsync(), _bed.Lake.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }, null, LakeBed.Cancellation);
    }

    private sealed class CancelAt(int report) : IProgress<ImportProgress>
    {
        private readonly CancellationTokenSource _source = new();
        private int _reports;

        public CancellationToken Token => _source.Token;

        public void Report(ImportProgress value)
        {
            if (++_reports == report) _source.Cancel();
        }
    }

    private sealed class Steps(Action each) : IProgress<ImportProgress>
    {
        public List<ImportProgress> All { get; } = [];

        public void Report(ImportProgress value)
        {
            each();
            All.Add(value);
        }
    }
}
