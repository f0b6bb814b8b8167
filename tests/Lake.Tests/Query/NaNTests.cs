using Lake.Evolution;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Query;

/// <summary>NaN is above every number in SQL, and a file's own bounds do not speak of it.</summary>
public sealed class NaNTests : IAsyncLifetime
{
    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Optional(2, "f", PrimitiveType.Float),
        NestedField.Optional(3, "d", PrimitiveType.Double),
        NestedField.Optional(4, "s", new StructType([NestedField.Optional(5, "x", PrimitiveType.Double)])),
    ]);

    private readonly LakeBed _bed = new();
    private Table _table = null!;

    public async ValueTask InitializeAsync()
    {
        _table = await _bed.CreateAsync(Schema);
        _table = await _table.AppendAsync([LakeBed.Rows(Schema.Fields, Row(1, double.NaN), Row(2, 1.5), [3L, null, null, null])], LakeBed.Cancellation);
        _table = await _table.AppendAsync([LakeBed.Rows(Schema.Fields, Row(4, 1.5), Row(5, 2.5))], LakeBed.Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        _bed.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("{0} > 2", "1,5")]
    [InlineData("{0} >= 'infinity'", "1")]
    [InlineData("{0} <> 1.5", "1,5")]
    [InlineData("NOT {0} <= 1.5", "1,5")]
    [InlineData("{0} = 'nan'", "1")]
    [InlineData("{0} IN (2.5, 'nan')", "1,5")]
    [InlineData("isnan({0})", "1")]
    [InlineData("{0} < 2", "2,4")]
    [InlineData("{0} IS NULL", "3")]
    public async Task Conditions_find_it_beside_numbers_in_one_file(string condition, string ids)
    {
        foreach (var column in (string[])["f", "d", "s.x"]) Assert.Equal([ids], await LinesAsync($"SELECT string_agg(id, ',' ORDER BY id) FROM orders WHERE {string.Format(null, condition, column)}"));
    }

    [Fact]
    public async Task It_is_the_greatest_value_and_the_last_one()
    {
        foreach (var column in (string[])["f", "d", "s.x"])
        {
            Assert.Equal(["NaN|1.5"], await LinesAsync($"SELECT CAST(max({column}) AS DOUBLE), CAST(min({column}) AS DOUBLE) FROM orders"));
            Assert.Equal(["1", "5"], await LinesAsync($"SELECT id FROM orders WHERE {column} IS NOT NULL ORDER BY {column} DESC LIMIT 2"));
        }
    }

    [Fact]
    public async Task It_is_found_in_a_column_that_was_widened()
    {
        await _table.ChangeSchemaAsync(s => s.Widen("f", PrimitiveType.Double), LakeBed.Cancellation);
        Assert.Equal(["1", "5"], (await LinesAsync("SELECT id FROM orders WHERE f > 2")).Order(StringComparer.Ordinal));
    }

    private static object?[] Row(long id, double value) => [id, (float)value, value, new object?[] { value }];

    private Task<List<string>> LinesAsync(string sql) => QueryBed.LinesAsync(_bed.Catalog, sql);
}
