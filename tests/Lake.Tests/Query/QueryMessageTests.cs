using Lake.Query;
using Lake.Tests.Tables;

namespace Lake.Tests.Query;

public sealed class QueryMessageTests
{
    [Fact]
    public async Task A_wrong_query_is_told_with_the_names_that_it_has_for_tables()
    {
        using var bed = new RowsBed();
        await bed.CreateAsync();
        var column = await QueryBed.ErrorAsync(bed.Bed.Catalog, "SELECT nope FROM shop.orders");
        Assert.StartsWith("Binder Error: Referenced column \"nope\" not found in FROM clause!", column, StringComparison.Ordinal);
        Assert.Contains("LINE 1: SELECT nope FROM shop.orders AS orders", column, StringComparison.Ordinal);
        var twice = await QueryBed.ErrorAsync(bed.Bed.Catalog, "SELECT id, id + shop.nope FROM orders AS a, shop.orders AS b WHERE a.id = b.ids");
        Assert.DoesNotContain("lake_", column + twice, StringComparison.Ordinal);
        Assert.DoesNotContain("memory", column + twice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT at FROM shop.orders WHERE at > 'x'", true)]
    [InlineData("SELECT id FROM shop.orders WHERE AT > 1", true)]
    [InlineData("SELECT \"at\" FROM shop.orders WHERE WHERE 'at' > id", false)]
    [InlineData("SELECT id FROM shop.orders AT (VERSION => 1) WHERE", false)]
    public async Task A_query_that_names_a_column_at_without_quotes_is_told_of_them(string sql, bool isTold)
    {
        using var bed = new RowsBed();
        await bed.CreateAsync();
        var error = await QueryBed.ErrorAsync(bed.Bed.Catalog, sql);
        Assert.Contains("syntax error", error, StringComparison.Ordinal);
        Assert.Equal(isTold, error.Contains("a column named at stands in double quotes", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no place", "no place")]
    [InlineData("Table \"lake_1\" and lake_0, not lake_2 nor my_lake_0 nor lake_01x", "Table \"b\" and shop.orders, not lake_2 nor my_lake_0 nor lake_01x")]
    [InlineData("x\n\nLINE 1: FROM memory.main.lake_0 AS orders WHERE nope\n                                               ^", "x\n\nLINE 1: FROM shop.orders AS orders WHERE nope\n                                        ^")]
    [InlineData("LINE 1: SELECT nope FROM memory.main.lake_1\n               ^\nmore", "LINE 1: SELECT nope FROM b\n               ^\nmore")]
    [InlineData("LINE 1: ...main.lake_1 AS x, nope FROM memory.main...\n                             ^", "LINE 1: ...b AS x, nope FROM ...\n                   ^")]
    public void The_mark_below_a_query_stays_below_its_place(string message, string told) => Assert.Equal(told, QueryMessage.Of(message, ["shop.orders", "b"]));
}
