using Lake.Query;
using Lake.Tests.Tables;
using Lake.Write;
using TestKit;

namespace Lake.Tests.Query;

public sealed class LimitsTests : IDisposable
{
    // Takes far longer than any test runs.
    private const string Endless = "SELECT count(*) FROM range(10000000000) a, range(10000000000) b WHERE a.range + b.range = -1";

    private readonly RowsBed _bed = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _bed.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_query_that_takes_longer_than_its_time_ends_with_an_error_that_names_it()
    {
        var query = Of(new QueryLimits { Time = TimeSpan.FromMinutes(5) });
        var running = query.RunAsync(Endless, LakeBed.Cancellation);
        await AdvanceUntilEndedAsync(running);
        Assert.Equal("the query took longer than its limit Time of 00:05:00", (await Assert.ThrowsAsync<QueryException>(() => running)).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_query_whose_caller_cancels_it_ends()
    {
        using var stop = new CancellationTokenSource();
        var running = Of(new QueryLimits()).RunAsync(Endless, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_query_that_is_cancelled_between_rows_gives_no_more()
    {
        using var stop = new CancellationTokenSource();
        await using var rows = await Of(new QueryLimits()).RunAsync("SELECT range FROM range(100000000)", stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in rows.ReadAsync(CancellationToken.None))
            {
                batch.Dispose();
                await stop.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task A_result_of_more_rows_than_the_limit_is_an_error_and_one_of_as_many_is_not()
    {
        async Task<int> CountAsync(string sql)
        {
            await using var rows = await Of(new QueryLimits { Rows = 5000 }).RunAsync(sql, LakeBed.Cancellation);
            return (await QueryBed.LinesAsync(rows)).Count;
        }
        Assert.Equal(5000, await CountAsync("SELECT CAST(range AS VARCHAR) FROM range(5000)"));
        Assert.Equal("the result has more rows than its limit Rows of 5000; raise it, or give the query a LIMIT", (await Assert.ThrowsAsync<QueryException>(() => CountAsync("SELECT CAST(range AS VARCHAR) FROM range(5001)"))).Message);
    }

    [Fact]
    public async Task What_does_not_fit_into_memory_is_spilled_to_the_staging_folder_and_goes_with_the_query()
    {
        const string Sql = "SELECT CAST(count(*) AS VARCHAR) FROM (SELECT range AS r, hash(range) AS h FROM range(6000000) ORDER BY h DESC, r) WHERE r >= 0";
        var limits = new QueryLimits { MemoryBytes = 64 << 20 };
        await using (var rows = await Of(limits).RunAsync(Sql, LakeBed.Cancellation)) Assert.Equal(["6000000"], await QueryBed.LinesAsync(rows));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        var error = await Assert.ThrowsAsync<QueryException>(async () => await Of(limits with { SpillBytes = 0 }).RunAsync("SELECT list(range) FROM range(20000000)", LakeBed.Cancellation));
        Assert.Contains("memory", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_query_that_fails_among_its_rows_says_why(int threads)
    {
        // Which of its threads the engine tells of is chance.
        for (var i = 0; i < 5; i++)
        {
            await using var rows = await Of(new QueryLimits { Threads = threads }).RunAsync("SELECT CASE WHEN range = 300000 THEN error('it broke') ELSE CAST(range AS VARCHAR) END FROM range(400000)", LakeBed.Cancellation);
            Assert.Contains("it broke", (await Assert.ThrowsAsync<QueryException>(() => QueryBed.LinesAsync(rows))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Limits_that_cannot_be_are_refused_by_name()
    {
        async Task<string> ErrorAsync(QueryLimits limits) => (await Assert.ThrowsAsync<QueryException>(async () => await Of(limits).RunAsync("SELECT 1", LakeBed.Cancellation))).Message;
        Assert.Equal("limit Rows is 0; it must be 1 or more", await ErrorAsync(new QueryLimits { Rows = 0 }));
        Assert.Equal("limit MemoryBytes is 1000; it must be 67108864 (64 MiB) or more", await ErrorAsync(new QueryLimits { MemoryBytes = 1000 }));
        Assert.Equal("limit Time is 00:00:00; it must be above 0", await ErrorAsync(new QueryLimits { Time = TimeSpan.Zero }));
    }

    [Fact]
    public async Task Files_that_went_are_named()
    {
        var table = await _bed.CreateAsync();
        await table.AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation);
        var file = Directory.EnumerateFiles(_bed.Bed.Folder, "*.parquet", SearchOption.AllDirectories).Single();
        File.Delete(file);
        var error = await Assert.ThrowsAsync<LakeFormatException>(async () => await Of(new QueryLimits()).RunAsync("FROM orders", LakeBed.Cancellation));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("bring it back from a copy", error.Message, StringComparison.Ordinal);
    }

    private LakeQuery Of(QueryLimits limits) => QueryBed.Of(_bed.Bed.Catalog, limits with { StagingFolder = _folder.Path }, _bed.Bed.Clock);

    // Time stands still but for the test; the query may not have begun yet.
    private async Task AdvanceUntilEndedAsync(Task running)
    {
        while (!running.IsCompleted)
        {
            _bed.Bed.Clock.Advance(TimeSpan.FromMinutes(6));
            await Task.Yield();
        }
    }
}
