using System.Text.Json;
using Lake.Tests.Tables;
using Lake.Write;
using LakeService.Commands;

namespace LakeService.Tests.Commands;

public sealed class UpkeepCommandsTests : IDisposable
{
    private readonly CommandBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Files_are_imported_once_and_bad_rows_can_be_looked_at()
    {
        var file = await WriteAsync("orders.csv", "id,shop,amount,at\n1,a,2.5,2025-01-01T10:00:00Z\n2,,3,2025-01-02T10:00:00Z\n3,b,much,2025-01-02T11:00:00Z\n");
        string[] import = ["import", "shop.sales", file, "--columns", "id long not null, shop string, amount double, at timestamptz", "--partitions", "day(at)"];
        var told = await _bed.OutputAsync(import);
        Assert.Matches(@"^2 rows of 1 files into shop\.sales in [0-9.]+ s, import \S+\n1 bad rows are in shop\.sales_quarantine, with what was wrong\n$", told);
        Assert.Contains("was done before, with 2 rows of 1 files", await _bed.OutputAsync(import), StringComparison.Ordinal);
        Assert.Equal("id,amount\n1,2.5\n2,3\n", (await _bed.OutputAsync("sql", "SELECT id, amount FROM sales ORDER BY id", "--format", "csv")).Replace("3.0", "3", StringComparison.Ordinal));
        Assert.Equal("column,value\namount,much\n", await _bed.OutputAsync("sql", "SELECT \"column\", \"value\" FROM sales_quarantine", "--format", "csv"));
        Assert.Contains("  day(at) as at_day", await _bed.OutputAsync("describe", "sales"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_of_an_import_tells_files_and_columns_and_makes_nothing()
    {
        var file = await WriteAsync("a.csv", "id;name\n1;x\n");
        var preview = JsonDocument.Parse(await _bed.OutputAsync("import", "shop.new", file, "--dry-run", "--json")).RootElement;
        Assert.Equal((true, 2, "name"), (preview.GetProperty("is_new_table").GetBoolean(), preview.GetProperty("columns").GetArrayLength(), preview.GetProperty("columns")[1].GetProperty("name").GetString()));
        Assert.Contains("no such table", await _bed.ErrorAsync(2, "describe", "shop.new"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_that_name_folders_stay_what_they_are()
    {
        var file = await WriteAsync("codes.csv", "code,n\n007,1\n2025-01-01,2\nnull,3\n");
        await _bed.OutputAsync("import", "shop.codes", file, "--columns", "code string, n int", "--partitions", "code");
        Assert.Equal("code,n\n007,1\n2025-01-01,2\nnull,3\n", await _bed.OutputAsync("sql", "FROM codes ORDER BY n", "--format", "csv"));
    }

    [Fact]
    public async Task An_upsert_replaces_rows_by_their_keys()
    {
        await _bed.OutputAsync("import", "shop.stock", await WriteAsync("one.jsonl", "{\"sku\":\"a\",\"n\":1}\n{\"sku\":\"b\",\"n\":2}\n"));
        await _bed.OutputAsync("import", "shop.stock", await WriteAsync("two.jsonl", "{\"sku\":\"b\",\"n\":5}\n{\"sku\":\"c\",\"n\":3}\n"), "--mode", "upsert", "--keys", "sku");
        Assert.Equal("sku,n\na,1\nb,5\nc,3\n", await _bed.OutputAsync("sql", "FROM stock ORDER BY sku", "--format", "csv"));
    }

    [Theory]
    [InlineData("TABLE is 'sales'; it must be namespace.table", "sales", "x.csv")]
    [InlineData("--delimiter is ';;'; it must be one character, or tab", "shop.sales", "x.csv", "--delimiter", ";;")]
    [InlineData("'sideways'", "shop.sales", "x.csv", "--mode", "sideways")]
    public async Task An_import_that_is_asked_for_wrongly_says_what_is_wrong(string rule, params string[] arguments) =>
        Assert.Contains(rule, await _bed.ErrorAsync(2, ["import", .. arguments]), StringComparison.Ordinal);

    [Fact]
    public async Task An_import_that_cannot_go_on_is_abandoned_by_its_command_or_its_id()
    {
        // As many bad rows are staged at once.
        var file = await WriteAsync("a.csv", "id,n\n1,1\n" + string.Concat(Enumerable.Repeat("x,1\n", 10_000)));
        string[] import = ["import", "shop.sales", file, await WriteAsync("b.csv", "id,other\n2,2\n"), "--columns", "id long, n int", "--max-bad-share", "1"];
        Assert.Contains("b.csv has column 'other'", await _bed.ErrorAsync(1, import), StringComparison.Ordinal);
        Assert.Matches(@"^import \S+ into shop\.sales is abandoned; what it had read goes by the next expiry of snapshots\n$", await _bed.OutputAsync([.. import, "--abandon"]));
        Assert.Contains("has nothing that is not done; nothing is changed", await _bed.OutputAsync([.. import, "--abandon"]), StringComparison.Ordinal);
        Assert.Contains("b.csv has column 'other'", await _bed.ErrorAsync(1, [.. import, "--id", "mine"]), StringComparison.Ordinal);
        var json = JsonDocument.Parse(await _bed.OutputAsync("import", "shop.sales", "--abandon", "--id", "mine", "--json")).RootElement;
        Assert.Equal(("mine", true), (json.GetProperty("id").GetString(), json.GetProperty("was_begun").GetBoolean()));
        Assert.Equal("lake: SOURCE is not given; there must be one at least, but for --abandon with --id", await _bed.ErrorAsync(2, "import", "shop.sales", "--abandon"));
        await WriteAsync("a.csv", "id,n\n1,2\n");
        await WriteAsync("b.csv", "id,n\n2,2\n");
        await _bed.OutputAsync(import);
        Assert.Equal("id,n\n1,2\n2,2\n", await _bed.OutputAsync("sql", "FROM sales ORDER BY id", "--format", "csv"));
    }

    [Fact]
    public async Task A_layout_that_a_table_does_not_have_is_refused_and_its_own_is_not()
    {
        var file = await WriteAsync("a.csv", "id,shop\n1,a\n");
        string[] first = ["import", "shop.sales", file, "--partitions", "shop", "--sort-order", "id desc"];
        await _bed.OutputAsync(first);
        await _bed.OutputAsync([.. first, "--id", "again"]);
        Assert.Equal("lake: Partitions is 'bucket(4, id)'; table shop.sales is there already, laid out by 'identity(shop)', and an import does not change that: leave Partitions out", await _bed.ErrorAsync(1, "import", "shop.sales", file, "--id", "b", "--partitions", "bucket(4, id)"));
        Assert.Equal("lake: SortOrder is 'shop'; table shop.sales is there already, in the order 'identity(id) desc nulls last', and an import does not change that: leave SortOrder out", await _bed.ErrorAsync(1, "import", "shop.sales", file, "--id", "b", "--sort-order", "shop"));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var error = await _bed.ErrorAsync(1, "import", "shop.sales", Path.Combine(_bed.Folder, "nothing.csv"));
        Assert.Contains("nothing.csv", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Small_files_become_one_and_a_dry_run_only_tells()
    {
        var table = await _bed.Rows.CreateAsync();
        for (var i = 0; i < 6; i++) table = await table.AppendAsync([RowsBed.Rows((i, "a", i))], LakeBed.Cancellation);
        Assert.Matches(@"^would rewrite 6 files of \d+ bytes in 1 groups, and drop 0 delete files\n$", await _bed.OutputAsync("compact", "orders", "--dry-run"));
        Assert.Matches(@"^rewrote 6 files of \d+ bytes into 1 of \d+, and dropped 0 delete files\n", await _bed.OutputAsync("compact", "orders", "--strategy", "sort", "--sort-by", "id desc"));
        Assert.Equal("id\n5\n4\n3\n2\n1\n0\n", await _bed.OutputAsync("sql", "SELECT id FROM orders", "--format", "csv"));
        Assert.Matches(@"^rewrote 0 files of 0 bytes into 0 of 0,", await _bed.OutputAsync("compact", "orders", "--keep-manifests"));
        Assert.Equal("lake: --sort-by is 'id'; it goes with --strategy sort alone", await _bed.ErrorAsync(2, "compact", "orders", "--sort-by", "id"));
        Assert.Contains("'nothing'", await _bed.ErrorAsync(1, "compact", "orders", "--strategy", "sort", "--sort-by", "nothing"), StringComparison.Ordinal);
        Assert.Equal("lake: --target-bytes is 0; it must be 1 or more", await _bed.ErrorAsync(2, "compact", "orders", "--target-bytes", "0"));
    }

    [Fact]
    public async Task Files_that_nothing_names_go_when_they_are_old_and_a_dry_run_only_tells()
    {
        var table = await (await _bed.Rows.CreateAsync()).AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation);
        var place = _bed.Rows.Bed.Place;
        var left = $"{table.Metadata.Location}/data/left.parquet";
        await place.WriteAsync(left, "left");
        await place.SetTimesAsync(table.Metadata.Location, _bed.Rows.Bed.Clock.GetUtcNow().AddDays(-4));
        var young = $"{table.Metadata.Location}/data/young.parquet";
        await place.WriteAsync(young, "going on");
        place.SetTime(young, _bed.Rows.Bed.Clock.GetUtcNow().AddDays(-1));
        var files = (await place.FilesAsync(table.Metadata.Location)).Count;
        Assert.Equal($"would delete 1 of {files} files, of 4 bytes; 1 that nothing names are too young\n", await _bed.OutputAsync("orphans", "orders", "--dry-run"));
        Assert.Equal(left, JsonDocument.Parse(await _bed.OutputAsync("orphans", "orders", "--dry-run", "--json")).RootElement.GetProperty("orphans")[0].GetProperty("location").GetString());
        Assert.Equal($"deleted 1 of {files} files, of 4 bytes; 1 that nothing names are too young\n", await _bed.OutputAsync("orphans", "orders"));
        Assert.Equal($"deleted 1 of {files - 1} files, of 8 bytes; 0 that nothing names are too young\n", await _bed.OutputAsync("orphans", "orders", "--older-than", "12h"));
        Assert.Equal("id\n1\n", await _bed.OutputAsync("sql", "SELECT id FROM orders", "--format", "csv"));
        Assert.Equal("lake: --older-than is '30m'; it must be 1h or more, so that files of a commit that is going on stay", await _bed.ErrorAsync(2, "orphans", "orders", "--older-than", "30m"));
    }

    [Fact]
    public async Task What_a_table_does_not_allow_is_told_by_its_field_and_rule()
    {
        var table = await _bed.Rows.CreateAsync(properties: [("gc.enabled", "false")]);
        await table.AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation);
        Assert.Equal("lake: Strategy is Sort, and table shop.orders has no sort order that rows can be put in; SortBy must name columns", await _bed.ErrorAsync(2, "compact", "orders", "--strategy", "sort"));
        Assert.StartsWith("lake: property gc.enabled of table shop.orders is 'false'", await _bed.ErrorAsync(1, "expire", "orders"), StringComparison.Ordinal);
        await (await _bed.Rows.LoadAsync()).CommitAsync((_, b) => b.SetProperty("write.parquet.compression-codec", "rar"), LakeBed.Cancellation);
        Assert.Equal("lake: property write.parquet.compression-codec is 'rar'; it must be one of zstd, snappy, gzip, lz4, uncompressed, none", await _bed.ErrorAsync(1, "compact", "orders"));
        Assert.Equal("lake: location is 's3:///a.csv'; it must be s3://bucket/key", await _bed.ErrorAsync(2, "import", "shop.sales", "s3:///a.csv"));
        Assert.Equal("lake: SOURCE is ''; it must be a path, or a location with its scheme", await _bed.ErrorAsync(2, "import", "shop.sales", ""));
    }

    [Fact]
    public void Faults_of_the_program_are_no_answers()
    {
        foreach (var fault in new Exception[] { new InvalidOperationException("x"), new ArgumentOutOfRangeException("x"), new NotSupportedException("x"), new NullReferenceException() }) Assert.False(LakeProgram.IsAnswer(fault));
        Assert.True(LakeProgram.IsAnswer(new IOException("the disk is full")));
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var file = Path.Combine(_bed.Folder, name);
        await File.WriteAllTextAsync(file, text, LakeBed.Cancellation);
        return file;
    }
}
