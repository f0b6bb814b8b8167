using System.Globalization;
using System.Numerics;
using Lake.Metadata;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Query;

public sealed class PruningTests : IAsyncLifetime
{
    private const int Files = 12;
    private const long Day = 86_400_000_000;

    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Optional(2, "n", PrimitiveType.Int),
        NestedField.Optional(3, "price", PrimitiveType.Decimal(9, 2)),
        NestedField.Optional(4, "ratio", PrimitiveType.Double),
        NestedField.Optional(5, "small", PrimitiveType.Float),
        NestedField.Optional(6, "day", PrimitiveType.Date),
        NestedField.Optional(7, "made", PrimitiveType.TimestampTz),
        NestedField.Optional(8, "local", PrimitiveType.Timestamp),
        NestedField.Optional(9, "Shop", PrimitiveType.String),
        NestedField.Optional(10, "key", PrimitiveType.Uuid),
    ]);

    // Every comparison of a column and a constant that files may be left out by, and others that look like one.
    private static readonly (string Column, string[] Constants)[] Comparable =
    [
        ("id", ["5", "-1", "17.5", "99999999999", "'7'", "1e1"]),
        ("n", ["3", "99999999999", "2.5"]),
        ("price", ["1.5", "2", "0.125", "99999999"]),
        ("ratio", ["0.1", "3", "0.3333333", "1e2", "'nan'::DOUBLE"]),
        ("small", ["0.1", "3", "0.3333333"]),
        ("day", ["'2024-10-10'", "DATE '2024-10-20'", "'2024-10-15 12:00:00'", "TIMESTAMP '2024-10-15 12:00:00'"]),
        ("made", ["'2024-10-10'", "'2024-10-12 06:00:00+02:00'", "TIMESTAMPTZ '2024-10-13 01:02:03.5Z'", "TIMESTAMP '2024-10-14 00:00:00'", "DATE '2024-10-11'"]),
        ("local", ["'2024-10-10'", "'2024-10-12 06:00:00'", "TIMESTAMP '2024-10-13 01:02:03.5'", "DATE '2024-10-11'"]),
        ("shop", ["'a3'", "'店'", "''", "'A3'", "3"]),
        ("key", ["'00000005-0002-0003-0102-030405060708'", "'00000009-0002-0003-0102-030405060708'::UUID"]),
    ];

    private readonly LakeBed _bed = new();
    private Table _table = null!;

    public async ValueTask InitializeAsync()
    {
        _table = await _bed.CreateAsync(Schema, new PartitionSpec(0, [new PartitionField(9, 1000, "shop_cut", Transform.Truncate(1))]));
        await _bed.CreateAsync(Schema, name: "shop.others");
        for (var file = 0; file < Files; file++)
        {
            var rows = Enumerable.Range(file * 3, 3).Select(i => new object?[]
            {
                (long)i, i % 7 == 0 ? null : i / 2, i % 5 == 0 ? null : new BigInteger(i * 25), i == 4 ? double.NaN : i / 10.0, i / 10f, 20_000 + i, (20_000 * Day) + (i * Day / 2), (20_000 * Day) + (i * Day), file % 2 == 0 ? $"a{i}" : $"店{i}",
                new Guid(i, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8]),
            }).ToArray();
            _table = await _table.AppendAsync([LakeBed.Rows(_table.Schema.Fields, rows)], LakeBed.Cancellation);
            if (file % 3 == 0) await (await _bed.LoadAsync("shop.others")).AppendAsync([LakeBed.Rows(_table.Schema.Fields, rows)], LakeBed.Cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        _bed.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("id = 5", 1)]
    [InlineData("5 = id", 1)]
    [InlineData("orders.id BETWEEN 5 AND 7", 2)]
    [InlineData("shop.orders.id IN (1, 2, 35)", 2)]
    [InlineData("n >= 16 AND lower(shop) <> ''", 2)]
    [InlineData("price < 0.5", 1)]
    // NaN is above every number.
    [InlineData("ratio > 3.25", 2)]
    [InlineData("small > 3.35", 1)]
    [InlineData("day = DATE '2024-10-04'", 1)]
    [InlineData("made < '2024-10-05 00:00:00'", 1)]
    [InlineData("local >= TIMESTAMP '2024-11-06 00:00:00'", 1)]
    // One file has texts from 店10 to 店9.
    [InlineData("\"SHOP\" LIKE '店3%'", 3)]
    [InlineData("key = '00000005-0002-0003-0102-030405060708'", 1)]
    [InlineData("id < 3 OR id > 33", 2)]
    [InlineData("id < 3 OR length(shop) = 1", Files)]
    [InlineData("n IS NOT NULL AND id < 0", 0)]
    [InlineData("abs(id) = 5", Files)]
    [InlineData("NOT id = 5", Files)]
    public async Task Files_that_a_condition_rules_out_are_not_read(string condition, int files)
    {
        await using var rows = await QueryBed.Of(_bed.Catalog).RunAsync($"SELECT * FROM shop.orders WHERE {condition}", LakeBed.Cancellation);
        var read = Assert.Single(rows.Reads);
        // Each manifest has one file.
        Assert.Equal((files, Files), (read.Files, read.Files + read.FilesSkipped + read.ManifestsSkipped));
        Assert.Equal((await UnprunedAsync(condition)).Order(StringComparer.Ordinal), (await QueryBed.LinesAsync(rows, _table.Schema.Fields)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_conditions_find_the_rows_that_they_find_when_all_files_are_read(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 25; i++)
        {
            var condition = Condition(random, 2);
            string[]? pruned = null, all = null;
            try
            {
                all = [.. (await UnprunedAsync(condition)).Order(StringComparer.Ordinal)];
            }
            catch (Lake.Query.QueryException)
            {
                // A comparison that the engine has not got, as of a uuid with a prefix, has no rows to compare.
                continue;
            }
            pruned = [.. (await QueryBed.LinesAsync(_bed.Catalog, $"SELECT * FROM shop.orders WHERE {condition}", _table.Schema.Fields)).Order(StringComparer.Ordinal)];
            Assert.True(all.SequenceEqual(pruned), $"seed {seed}: {condition} finds {pruned.Length} rows of the files that it leaves, {all.Length} of all");
        }
    }

    [Theory]
    [InlineData("SELECT o.id, x.id FROM orders o LEFT JOIN others x ON o.id = x.id WHERE x.id IS NULL")]
    [InlineData("SELECT o.id, x.id FROM orders o LEFT JOIN others x ON o.id = x.id WHERE x.id > 20")]
    [InlineData("SELECT o.id, x.id FROM orders o FULL JOIN others x ON o.id = x.id WHERE x.n < 5 OR x.id IS NULL")]
    [InlineData("SELECT o.id, x.id FROM orders o ASOF JOIN others x ON o.id >= x.id WHERE x.id < 10 AND o.id > 5")]
    [InlineData("SELECT o.id, NULL FROM orders o ANTI JOIN others x ON o.id = x.id WHERE o.id > 5")]
    [InlineData("SELECT o.id, NULL FROM orders o POSITIONAL JOIN others x WHERE x.id = 18")]
    [InlineData("SELECT o.id, (SELECT max(x.id) FROM others x WHERE x.id < o.id) FROM orders o WHERE o.id < 9")]
    public async Task Joins_find_what_they_find_when_all_files_are_read(string sql)
    {
        var whole = sql.Replace("orders o", "(SELECT * FROM orders) o", StringComparison.Ordinal).Replace("others x", "(SELECT * FROM others) x", StringComparison.Ordinal);
        var columns = new[] { _table.Schema.Fields[0], whole.Contains("NULL FROM", StringComparison.Ordinal) ? NestedField.Optional(2, "x", PrimitiveType.Int) : _table.Schema.Fields[0] };
        var expected = (await QueryBed.LinesAsync(_bed.Catalog, whole, columns)).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, (await QueryBed.LinesAsync(_bed.Catalog, sql, columns)).Order(StringComparer.Ordinal));
    }

    // A condition on a query is not one on its tables.
    private Task<List<string>> UnprunedAsync(string condition) =>
        QueryBed.LinesAsync(_bed.Catalog, $"SELECT * FROM (SELECT * FROM shop.orders) AS orders WHERE {condition.Replace("shop.orders.", "orders.", StringComparison.Ordinal)}", _table.Schema.Fields);

    private static string Condition(Random random, int depth)
    {
        if (depth > 0 && random.Next(3) == 0) return $"({Condition(random, depth - 1)} {(random.Next(2) == 0 ? "AND" : "OR")} {Condition(random, depth - 1)})";
        var (column, constants) = Comparable[random.Next(Comparable.Length)];
        var constant = constants[random.Next(constants.Length)];
        string[] comparisons = ["=", "<", "<=", ">", ">=", "<>", "IS DISTINCT FROM"];
        return random.Next(8) switch
        {
            0 => $"{column} BETWEEN {constant} AND {constants[random.Next(constants.Length)]}",
            1 => $"{column} {(random.Next(2) == 0 ? "NOT " : "")}IN ({constant}, {constants[random.Next(constants.Length)]})",
            2 => $"{column} IS {(random.Next(2) == 0 ? "NOT " : "")}NULL",
            3 => $"{constant} {comparisons[random.Next(5)]} {column}",
            4 => $"NOT ({column} {comparisons[random.Next(5)]} {constant})",
            5 => $"shop LIKE '{(random.Next(2) == 0 ? "a" : "店")}{random.Next(4).ToString(CultureInfo.InvariantCulture)}%'",
            _ => $"{column} {comparisons[random.Next(comparisons.Length)]} {constant}",
        };
    }
}
