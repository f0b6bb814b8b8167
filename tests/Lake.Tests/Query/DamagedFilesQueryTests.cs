using Lake.Catalog;
using Lake.Query;
using Lake.Scan;
using Lake.Storage;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;
using Microsoft.Extensions.Time.Testing;

namespace Lake.Tests.Query;

/// <summary>A byte that changed on the disk gives an error that names the file, or the answer as it was; never another answer.</summary>
public sealed class DamagedFilesQueryTests : IDisposable
{
    private const string Sums = "SELECT CAST(count(*) AS VARCHAR), CAST(sum(id) AS VARCHAR), CAST(sum(amount) AS VARCHAR), md5(string_agg(shop, ',' ORDER BY id)), CAST(sum(len(tags)) AS VARCHAR) FROM orders";

    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Optional(2, "shop", PrimitiveType.String),
        NestedField.Optional(3, "amount", PrimitiveType.Double),
        NestedField.Optional(4, "tags", new ListType(5, PrimitiveType.Int, false)),
    ]);

    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(1, "zstd", false)]
    [InlineData(2, "uncompressed", false)]
    [InlineData(3, "snappy", true)]
    public async Task A_changed_byte_is_an_error_that_names_the_file_or_changes_nothing(int seed, string codec, bool withDeletes)
    {
        var table = await TableAsync(codec, withDeletes);
        var right = await QueryBed.LinesAsync(_bed.Catalog, Sums);
        var files = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.SelectMany(t => t.Deletes.Prepend(t.File)).Select(f => f.Path).Distinct().Order(StringComparer.Ordinal).ToList();
        var random = new Random(seed);
        var refused = 0;
        for (var flip = 0; flip < 120; flip++)
        {
            var file = files[random.Next(files.Count)];
            var whole = await File.ReadAllBytesAsync(file, LakeBed.Cancellation);
            var (at, bit) = (random.Next(whole.Length), random.Next(8));
            var changed = (byte[])whole.Clone();
            changed[at] ^= (byte)(1 << bit);
            await File.WriteAllBytesAsync(file, changed, LakeBed.Cancellation);
            try
            {
                Assert.Equal(right, await QueryBed.LinesAsync(_bed.Catalog, Sums));
            }
            catch (Exception e) when (e is LakeFormatException or QueryException)
            {
                Assert.True(e.Message.Contains(file, StringComparison.Ordinal), $"seed {seed}: bit {bit} of byte {at} of {file}: {e.Message}");
                refused++;
            }
            await File.WriteAllBytesAsync(file, whole, LakeBed.Cancellation);
        }
        Assert.True(refused > 80, $"seed {seed}: {refused} of 120 were told");
        Assert.Equal(right, await QueryBed.LinesAsync(_bed.Catalog, Sums));
    }

    [Fact]
    public async Task A_column_that_a_query_does_not_read_does_not_stop_it()
    {
        var table = await TableAsync("zstd", withDeletes: false);
        var file = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks[0].File.Path;
        var bytes = await File.ReadAllBytesAsync(file, LakeBed.Cancellation);
        // The first column's first page follows the four bytes that a file begins with.
        bytes[60] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, LakeBed.Cancellation);
        Assert.Equal(["800"], await QueryBed.LinesAsync(_bed.Catalog, "SELECT CAST(count(amount) AS VARCHAR) FROM orders"));
        foreach (var sql in (string[])["SELECT CAST(sum(ID) AS VARCHAR) FROM orders", "SELECT amount FROM orders WHERE id > 3", "FROM orders", "SELECT count(o) FROM orders o", "SELECT #1 FROM orders", "SELECT a FROM orders AS o(a, b, c, d)", "SELECT 1 FROM orders NATURAL JOIN (SELECT 3 AS id)", "SELECT amount FROM orders JOIN (SELECT 3 AS id) USING (id)", "SUMMARIZE orders", "SELECT COLUMNS('.*') FROM orders"])
        {
            var e = await Assert.ThrowsAsync<LakeFormatException>(() => QueryBed.LinesAsync(_bed.Catalog, sql));
            Assert.True(e.Message.Contains(file, StringComparison.Ordinal), $"{sql}: {e.Message}");
        }
    }

    [Fact]
    public async Task A_file_that_was_found_whole_is_not_read_again()
    {
        var table = await TableAsync("zstd", withDeletes: false);
        var file = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks[0].File.Path;
        var checks = new CheckedFiles();
        checks.Check(file, file, new HashSet<int> { 1, 2 }, LakeBed.Cancellation);
        var (bytes, time) = (await File.ReadAllBytesAsync(file, LakeBed.Cancellation), File.GetLastWriteTimeUtc(file));
        bytes[60] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, LakeBed.Cancellation);
        // Another time is another file.
        Assert.Throws<LakeFormatException>(() => checks.Check(file, file, new HashSet<int> { 1 }, LakeBed.Cancellation));
        File.SetLastWriteTimeUtc(file, time);
        checks.Check(file, file, new HashSet<int> { 1 }, LakeBed.Cancellation);
        checks.Check(file, file, new HashSet<int> { 1, 3 }, LakeBed.Cancellation);
        Assert.Throws<LakeFormatException>(() => checks.Check(file, file, null, LakeBed.Cancellation));
    }

    [Fact]
    public async Task What_is_done_before_the_engine_begins_takes_of_the_querys_time()
    {
        var storage = new FaultyStorage(new LocalStorage());
        using var bed = new LakeBed(folder => new FileCatalog(storage, folder));
        var table = await bed.CreateAsync(Schema);
        await table.AppendAsync([LakeBed.Rows(Schema.Fields, [1L, "a", 1.0, null])], LakeBed.Cancellation);
        var clock = new FakeTimeProvider();
        storage.Before("OpenLocal", () =>
        {
            clock.Advance(TimeSpan.FromMinutes(2));
            return Task.CompletedTask;
        });
        var query = QueryBed.Of(bed.Catalog, new QueryLimits { Time = TimeSpan.FromMinutes(1) }, clock);
        Assert.Equal("the query took longer than its limit Time of 00:01:00", (await Assert.ThrowsAsync<QueryException>(() => query.RunAsync("FROM orders", LakeBed.Cancellation))).Message);
    }

    private async Task<Table> TableAsync(string codec, bool withDeletes)
    {
        var table = await _bed.CreateAsync(Schema, null, new Dictionary<string, string> { ["write.parquet.compression-codec"] = codec, ["write.delete.mode"] = "merge-on-read" });
        for (var part = 0; part < 2; part++)
        {
            var rows = Enumerable.Range(400 * part, 400).Select(i => new object?[] { (long)i * 7, $"shop {i % 5}", i * 0.25, new List<object?> { i, i % 3 } });
            table = await table.AppendAsync([LakeBed.Rows(Schema.Fields, [.. rows])], LakeBed.Cancellation);
        }
        if (!withDeletes) return table;
        return await table.DeleteAsync(Expressions.Filter.Less("id", 350L), null, LakeBed.Cancellation);
    }
}
