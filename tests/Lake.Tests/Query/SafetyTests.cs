using Lake.Tests.Tables;

namespace Lake.Tests.Query;

public sealed class SafetyTests : IDisposable
{
    private readonly RowsBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("SELECT * FROM read_parquet('/etc/passwd')", "function 'read_parquet'")]
    [InlineData("SELECT * FROM read_text('/etc/passwd')", "function 'read_text'")]
    [InlineData("SELECT * FROM glob('/*')", "function 'glob'")]
    [InlineData("SELECT * FROM query('SELECT 1')", "function 'query'")]
    [InlineData("SELECT * FROM duckdb_settings()", "function 'duckdb_settings'")]
    [InlineData("SELECT (SELECT max(content) FROM read_text('/etc/passwd'))", "function 'read_text'")]
    [InlineData("WITH t AS (FROM read_csv('/etc/passwd')) FROM t", "function 'read_csv'")]
    [InlineData("SELECT * FROM '/etc/passwd'", "table '/etc/passwd' is not in the lake")]
    [InlineData("SELECT * FROM 'x.parquet'", "table 'x.parquet' is not in the lake")]
    [InlineData("SELECT * FROM information_schema.tables", "table 'information_schema.tables' is not in the lake")]
    [InlineData("SELECT * FROM duckdb_views", "table 'duckdb_views' is not in the lake")]
    [InlineData("SELECT * FROM lake_0", "table 'lake_0' is not in the lake")]
    [InlineData("SELECT * FROM (WITH x AS (SELECT 1) FROM x), x", "table 'x' is not in the lake")]
    [InlineData("COPY (SELECT 1) TO '/tmp/never.csv'", "not a query")]
    [InlineData("ATTACH '/tmp/never.db'", "not a query")]
    [InlineData("INSTALL httpfs", "not a query")]
    [InlineData("SET memory_limit = '1GB'", "not a query")]
    [InlineData("CREATE TABLE t AS SELECT 1", "not a query")]
    [InlineData("SELECT 1; SELECT 2", "2 statements")]
    [InlineData("", "0 statements")]
    [InlineData("SELEC 1", "syntax error at or near \"SELEC\"")]
    [InlineData("SHOW TABLES", "SHOW has no query")]
    [InlineData("SELECT nothing FROM orders", "nothing")]
    public async Task What_is_no_query_of_the_lake_is_refused_with_its_name(string sql, string message)
    {
        await _bed.CreateAsync();
        Assert.Contains(message, await QueryBed.ErrorAsync(_bed.Bed.Catalog, sql), StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_is_closed_reads_the_files_it_was_given_alone_and_writes_none()
    {
        using var folder = new TestKit.TemporaryFolder();
        var (own, other) = (Path.Combine(folder.Path, "own.csv"), Path.Combine(folder.Path, "other.csv"));
        File.WriteAllText(own, "1");
        File.WriteAllText(other, "1");
        using var session = new Lake.Query.DuckSession(new Lake.Query.QueryLimits(), Path.Combine(folder.Path, "spill"));
        session.AllowOnly([own]);
        session.Lock();
        session.Execute($"FROM read_csv('{own}')");
        foreach (var sql in new[] { $"FROM read_csv('{other}')", $"COPY (SELECT 1) TO '{other}'", $"ATTACH '{folder.Path}/x.db'", "SET memory_limit = '8GB'", "SET allowed_paths = []", "INSTALL httpfs", "LOAD httpfs", "RESET lock_configuration" })
        {
            Assert.Throws<Lake.Query.QueryException>(() => session.Execute(sql));
        }
    }
}
