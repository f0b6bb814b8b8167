using Lake.Evolution;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Query;

public sealed class TimeTravelTests : IDisposable
{
    private readonly RowsBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_table_is_read_as_it_was_by_snapshot_name_and_time_beside_what_it_is()
    {
        var table = await FilledAsync();
        var first = table.Metadata.Snapshots[0].SnapshotId;
        async Task<string> CountAsync(string from) => Assert.Single(await QueryBed.LinesAsync(_bed.Bed.Catalog, $"SELECT CAST(count(*) AS VARCHAR) FROM {from}"));
        Assert.Equal("3", await CountAsync("shop.orders"));
        Assert.Equal("1", await CountAsync($"orders AT (VERSION => {first})"));
        Assert.Equal("1", await CountAsync("shop.orders o AT (VERSION => 'first') WHERE o.id = 1"));
        Assert.Equal("2", await CountAsync("shop.orders AT (VERSION => 'work')"));
        Assert.Equal("2", await CountAsync("shop.orders AT (TIMESTAMP => '2025-01-01 00:25:00')"));
        Assert.Equal("1", await CountAsync("shop.orders AT (TIMESTAMP => TIMESTAMP '2025-01-01T00:10:00Z')"));
        Assert.Equal("2", await CountAsync($"shop.orders ANTI JOIN shop.orders AS old AT (VERSION => {first}) ON orders.id = old.id"));
    }

    [Fact]
    public async Task What_asks_for_no_snapshot_of_the_table_says_so()
    {
        await FilledAsync();
        async Task<string> FailureAsync(string at) => (await Assert.ThrowsAnyAsync<Exception>(async () => await QueryBed.LinesAsync(_bed.Bed.Catalog, $"FROM orders AT ({at})"))).Message;
        Assert.Equal("snapshot id is 7; the table has no snapshot of that id", await FailureAsync("VERSION => 7"));
        Assert.Equal("reference is 'none'; the table has no branch or tag of that name", await FailureAsync("VERSION => 'none'"));
        Assert.Equal("time is 2024-01-01T00:00:00.000+00:00; the table has no snapshot from then or before", await FailureAsync("TIMESTAMP => '2024-01-01'"));
        Assert.StartsWith("AT of table 'orders' is not understood; it must be (VERSION => snapshot id)", await FailureAsync("VERSION => 1.5"), StringComparison.Ordinal);
        Assert.StartsWith("AT of table 'orders' is not understood", await FailureAsync("TIMESTAMP => now()"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_found_without_case_and_without_namespace_where_one_table_has_them_and_WITH_goes_before()
    {
        await FilledAsync();
        await _bed.Bed.CreateAsync(RowsBed.Schema, name: "a.b.orders2");
        await _bed.Bed.CreateAsync(RowsBed.Schema, name: "a.b.twice");
        await _bed.Bed.CreateAsync(RowsBed.Schema, name: "b.twice");
        async Task<List<string>> IdsAsync(string sql) => await QueryBed.LinesAsync(_bed.Bed.Catalog, sql);
        Assert.Equal(["3"], await IdsAsync("SELECT CAST(count(SHOP.Orders.ID) AS VARCHAR) FROM SHOP.ORDERS"));
        Assert.Equal(["0"], await IdsAsync("SELECT CAST(count(*) AS VARCHAR) FROM a.b.orders2"));
        Assert.Equal(["0"], await IdsAsync("SELECT CAST(count(*) AS VARCHAR) FROM \"a.b\".orders2"));
        Assert.Equal("table 'twice' may be a.b.twice or b.twice; name one by its namespace and case", await QueryBed.ErrorAsync(_bed.Bed.Catalog, "FROM twice"));
        // In its own text the name is the table's, behind it the query's.
        Assert.Equal(["2"], await IdsAsync("WITH orders AS (SELECT * FROM orders WHERE id > 1) SELECT CAST(count(*) AS VARCHAR) FROM orders"));
        Assert.Equal(["6"], await IdsAsync("WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 3) SELECT CAST(sum(x) AS VARCHAR) FROM n"));
        Assert.Equal(["id", "shop", "amount"], await IdsAsync("SELECT column_name FROM (DESCRIBE orders)"));
    }

    [Fact]
    public async Task Listings_of_metadata_stand_beside_the_table()
    {
        var table = await FilledAsync();
        async Task<List<string>> LinesAsync(string sql) => await QueryBed.LinesAsync(_bed.Bed.Catalog, sql);
        Assert.Equal(table.Metadata.Snapshots.Select(s => $"{s.SnapshotId}|append"), await LinesAsync("SELECT CAST(snapshot_id AS VARCHAR), operation FROM \"orders$snapshots\" ORDER BY committed_at, snapshot_id"));
        Assert.Equal(["1|2025-01-01 00:00:00+00"], await LinesAsync("SELECT json_extract_string(summary, '$.\"added-records\"'), CAST(committed_at AS VARCHAR) FROM shop.\"orders$snapshots\" WHERE parent_id IS NULL"));
        Assert.Equal(["3|true"], await LinesAsync("SELECT CAST(count(*) AS VARCHAR), CAST(bool_and(is_current_ancestor) AS VARCHAR) FROM \"orders$history\""));
        Assert.Equal(["first|TAG", "main|BRANCH", "work|BRANCH"], await LinesAsync("SELECT name, type FROM \"orders$refs\" ORDER BY ALL"));
        Assert.Equal(["shop=a|2|2|2", "shop=null|1|1|1"], await LinesAsync("SELECT p.\"partition\", CAST(p.record_count AS VARCHAR), CAST(file_count AS VARCHAR), CAST((SELECT count(*) FROM \"orders$files\" f WHERE f.\"partition\" = p.\"partition\") AS VARCHAR) FROM \"orders$partitions\" p ORDER BY 1"));
        Assert.Equal(["1"], await LinesAsync("SELECT CAST(count(*) AS VARCHAR) FROM \"orders$files\" AT (VERSION => 'first')"));
        Assert.Equal("table 'orders$nothing' is not there; a table has $snapshots, $history, $refs, $files, $partitions", await QueryBed.ErrorAsync(_bed.Bed.Catalog, "FROM \"orders$nothing\""));
    }

    // Rows 1, 2 and 3 at 0:00, 0:20 and 0:30 of the clock; a tag at the first snapshot, a branch at the second.
    private async Task<Table> FilledAsync()
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation);
        table = await table.CreateTagAsync("first", null, null, LakeBed.Cancellation);
        _bed.Bed.Clock.Advance(TimeSpan.FromMinutes(20));
        table = await table.AppendAsync([RowsBed.Rows((2, null, 2))], LakeBed.Cancellation);
        table = await table.CreateBranchAsync("work", null, null, LakeBed.Cancellation);
        _bed.Bed.Clock.Advance(TimeSpan.FromMinutes(10));
        return await table.AppendAsync([RowsBed.Rows((3, "a", 3))], LakeBed.Cancellation);
    }
}
