using System.Text.Json;
using Lake;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace LakeService.Tests.Commands;

public sealed class CommandsTests : IDisposable
{
    private readonly CommandBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Tables_are_listed_with_their_sizes()
    {
        await FilledAsync();
        var lines = (await _bed.OutputAsync("tables")).Split('\n');
        Assert.StartsWith("TABLE        ROWS  FILES  BYTES", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("shop.orders  3     3", lines[1], StringComparison.Ordinal);
        var table = JsonDocument.Parse(await _bed.OutputAsync("tables", "--json")).RootElement[0];
        Assert.Equal(("shop.orders", 3, "2025-01-01 00:30:00.000Z"), (table.GetProperty("table").GetString(), table.GetProperty("rows").GetInt32(), table.GetProperty("updated_at").GetString()));
    }

    [Fact]
    public async Task A_table_is_described_with_ids_partitions_order_properties_and_names()
    {
        var table = await FilledAsync();
        table = await table.ChangeSortOrderAsync([new SortColumn("amount") { IsDescending = true }], LakeBed.Cancellation);
        table = await table.ChangeSchemaAsync(s => s.Add(null, "note", PrimitiveType.String, "what was said"), LakeBed.Cancellation);
        var text = await _bed.OutputAsync("describe", "orders");
        foreach (var line in new[] { "1   id      long    yes", "4   note    string  no        what was said", "  identity(shop) as shop", "  identity(amount) desc nulls last", "  tag first at", "  branch main at", "  write.delete.mode = copy-on-write", "3 rows in 3 data files of 2 partitions, 0 delete files" })
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }
        var json = JsonDocument.Parse(await _bed.OutputAsync("describe", "shop.orders", "--json")).RootElement;
        Assert.Equal((4, "id", table.Metadata.TableUuid), (json.GetProperty("columns").GetArrayLength(), json.GetProperty("identifiers")[0].GetString(), json.GetProperty("uuid").GetGuid()));
    }

    [Fact]
    public async Task Snapshots_are_told_with_what_they_did()
    {
        var table = await FilledAsync();
        table = await table.DeleteAsync(Filter.Equal("id", 1L), null, LakeBed.Cancellation);
        var lines = (await _bed.OutputAsync("history", "orders")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.Matches(@"^\d+ +2025-01-01 00:00:00\.000Z  append +1 +0 +1 +1 +yes +first$", lines[1]);
        Assert.Matches(@" delete +0 +1 +2 +2 +yes +main$", lines[4]);
        Assert.Equal(table.Metadata.CurrentSnapshotId, JsonDocument.Parse(await _bed.OutputAsync("history", "orders", "--json")).RootElement[3].GetProperty("snapshot_id").GetInt64());
    }

    [Fact]
    public async Task A_difference_tells_columns_files_and_rows()
    {
        var table = await FilledAsync();
        table = await table.ChangeSchemaAsync(s => s.Rename("amount", "n").Widen("n", PrimitiveType.Long).Add(null, "note", PrimitiveType.String).MoveFirst("shop"), LakeBed.Cancellation);
        await table.OverwriteAsync(Filter.Equal("id", 1L), [LakeBed.Rows(table.Schema.Fields, ["a", 1L, 10L, "new"])], null, LakeBed.Cancellation);
        var text = await _bed.OutputAsync("diff", "orders", "first", "main", "--rows");
        foreach (var line in new[] { "~ 3: n: renamed from amount", "~ 3: n: int to long", "+ 4: note: string", "~ order of columns: shop, id, n, note", "+ 3 data files with 3 rows", "- 1 data files with 1 rows" }) Assert.Contains(line, text, StringComparison.Ordinal);
        var rows = text[text.IndexOf("change", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["+       a      1  10", "+       a      3   3", "+       null   2   2", "-       a      1   1"], rows[2..].Order(StringComparer.Ordinal));
        Assert.StartsWith("FROM is 'nowhere'; it must be a snapshot id", (await _bed.ErrorAsync(2, "diff", "orders", "nowhere", "main"))[6..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_is_written_as_it_is_asked_for_to_the_output_or_a_file()
    {
        await FilledAsync();
        Assert.Equal("id,shop\n1,a\n2,\n", await _bed.OutputAsync("sql", "SELECT id, shop FROM shop.orders WHERE id < 3 ORDER BY id", "--format", "csv"));
        Assert.Equal("n\n-\n1\n", await _bed.OutputAsync("sql", "SELECT count(*)::INT AS n FROM orders AT (VERSION => 'first')"));
        var file = Path.Combine(_bed.Folder, "out.jsonl");
        Assert.Equal("", await _bed.OutputAsync("sql", "SELECT id FROM orders WHERE id = 2", "--out", file));
        Assert.Equal("{\"id\":2}\n", await File.ReadAllTextAsync(file, LakeBed.Cancellation));
        var (_, _, told) = await _bed.RunAsync("sql", "SELECT id FROM orders WHERE id = 2", "--verbose");
        Assert.Matches(@"^reads shop\.orders at snapshot \d+: 1 files, 2 files and 0 manifests left out\n$", told);
        Assert.Equal("lake: function 'read_text' gives rows that are not of the lake; generate_series, json_each, json_tree, range, repeat, repeat_row, unnest are allowed", await _bed.ErrorAsync(1, "sql", "FROM read_text('/etc/passwd')"));
        Assert.Equal("lake: the result has more rows than its limit Rows of 2; raise it, or give the query a LIMIT", await _bed.ErrorAsync(1, "sql", "FROM orders", "--max-rows", "2", "--out", file));
        Assert.Equal("lake: --memory is 9000000000000000000; it must be 64 MiB or more, and no more bytes than 64 bits count", await _bed.ErrorAsync(2, "sql", "FROM orders", "--memory", "9000000000000000000"));
        // What was there is there, and nothing beside it.
        Assert.Equal("{\"id\":2}\n", await File.ReadAllTextAsync(file, LakeBed.Cancellation));
        Assert.Empty(Directory.EnumerateFiles(_bed.Folder, "*.part"));
        Assert.Contains("--format is 'xml'; it must be table, csv, jsonl, parquet or arrow", await _bed.ErrorAsync(2, "sql", "SELECT 1", "--format", "xml"), StringComparison.Ordinal);
        Assert.Contains("--format is parquet and --out is not given", await _bed.ErrorAsync(2, "sql", "SELECT 1", "--format", "parquet"), StringComparison.Ordinal);
        Assert.Equal("lake: --timeout is '60d'; it must be a number with s, m, h or d behind it, as 7d, and at most 49d", await _bed.ErrorAsync(2, "sql", "SELECT 1", "--timeout", "60d"));
        Assert.Equal("n\n1\n", await _bed.OutputAsync("sql", "SELECT 1 AS n", "--timeout", "49d", "--format", "csv"));
        Assert.Contains("--timeout is 'soon'; it must be a number with s, m, h or d behind it", await _bed.ErrorAsync(2, "sql", "SELECT 1", "--timeout", "soon"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("arrow")]
    public async Task A_table_is_exported_to_a_file_or_a_folder(string format)
    {
        await FilledAsync();
        var folder = Path.Combine(_bed.Folder, "to") + "/";
        Assert.Equal($"3 rows to {folder}orders.{format}\n", await _bed.OutputAsync("export", "orders", "--to", folder, "--format", format));
        var file = Path.Combine(_bed.Folder, $"some.{format}");
        Assert.Equal($"1 rows to {file}\n", await _bed.OutputAsync("export", "orders", "--to", file, "--at", "2025-01-01T00:25:00Z", "--where", "id > 1 -- the first"));
        Assert.Equal([$"orders.{format}"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        Assert.True(new FileInfo(file).Length > 0);
        Assert.Contains("and --format is not given", await _bed.ErrorAsync(2, "export", "orders", "--to", Path.Combine(_bed.Folder, "noname")), StringComparison.Ordinal);
        Assert.Contains("syntax error", await _bed.ErrorAsync(1, "export", "orders", "--to", file, "--where", "id > 1) OR (1 ="), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_is_exported_to_the_output_and_what_is_no_row_is_told_among_the_errors()
    {
        await FilledAsync();
        var (code, output, error) = await _bed.RunAsync("export", "orders", "--to", "-", "--format", "jsonl");
        Assert.Equal((0, 3, "3 rows\n"), (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(l => l.StartsWith('{')), error));
        (code, output, error) = await _bed.RunAsync("export", "orders", "--to", "-", "--format", "csv", "--at", "2025-01-01T00:25:00Z", "--where", "id > 1");
        Assert.Equal((0, 2, "1 rows\n"), (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, error));
        Assert.Equal("lake: --to is - and --format is 'parquet'; rows are written to the output as csv or jsonl", await _bed.ErrorAsync(2, "export", "orders", "--to", "-", "--format", "parquet"));
        Assert.Equal("lake: --to is - and --format is ''; rows are written to the output as csv or jsonl", await _bed.ErrorAsync(2, "export", "orders", "--to", "-"));
    }

    [Fact]
    public async Task Snapshots_expire_by_age_and_count_and_a_dry_run_keeps_them()
    {
        await FilledAsync();
        _bed.Rows.Bed.Clock.Advance(TimeSpan.FromDays(1));
        const string Counts = "1 snapshots and 0 names, with 0 data files, 0 manifests and 1 manifest lists";
        Assert.Equal($"would take out {Counts}\n", await _bed.OutputAsync("expire", "orders", "--older-than", "12h", "--keep", "1", "--dry-run"));
        Assert.Equal(3, (await _bed.Rows.LoadAsync()).Metadata.Snapshots.Count);
        Assert.Equal($"took out {Counts}\n", await _bed.OutputAsync("expire", "orders", "--older-than", "12h", "--keep", "1"));
        Assert.Equal(2, (await _bed.Rows.LoadAsync()).Metadata.Snapshots.Count);
        Assert.Equal("lake: --keep is 0; it must be 1 or more", await _bed.ErrorAsync(2, "expire", "orders", "--keep", "0"));
        Assert.Equal("lake: --older-than is 'old'; it must be a number with s, m, h or d behind it, as 7d, and at most 36500d", await _bed.ErrorAsync(2, "expire", "orders", "--older-than", "old"));
        Assert.Contains("--older-than is '99999999d'", await _bed.ErrorAsync(2, "expire", "orders", "--older-than", "99999999d"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_command_explains_itself_with_an_example_and_a_wrong_line_says_what_is_wrong()
    {
        foreach (var command in new[] { "tables", "describe", "history", "diff", "sql", "export", "expire", "orphans", "compact", "import", "tier", "restore", "cost", "objects" })
        {
            Assert.Contains($"Example: lake {command}", await _bed.OutputAsync(command, "--help"), StringComparison.Ordinal);
        }
        Assert.Contains("Usage:\n  lake tables [options]", await _bed.OutputAsync("tables", "--help"), StringComparison.Ordinal);
        Assert.Contains("Usage:\n  lake [command] [options]", await _bed.OutputAsync("--help"), StringComparison.Ordinal);
        foreach (var command in new[] { "put", "get", "list" }) Assert.Contains($"Example: lake objects {command}", await _bed.OutputAsync("objects", command, "--help"), StringComparison.Ordinal);
        Assert.Contains("see lake describe --help", await _bed.ErrorAsync(2, "describe"), StringComparison.Ordinal);
        Assert.Contains("'--nothing'", await _bed.ErrorAsync(2, "tables", "--nothing"), StringComparison.Ordinal);
        Assert.Equal("lake: TABLE is 'nothing'; the lake has no such table, see lake tables", await _bed.ErrorAsync(2, "describe", "nothing"));
    }

    // Rows 1, 2 and 3 at 0:00, 0:20 and 0:30 of the clock; a tag at the first snapshot.
    private async Task<Table> FilledAsync()
    {
        var table = await _bed.Rows.CreateAsync(RowsBed.ByShop);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation);
        table = await table.CreateTagAsync("first", null, null, LakeBed.Cancellation);
        _bed.Rows.Bed.Clock.Advance(TimeSpan.FromMinutes(20));
        table = await table.AppendAsync([RowsBed.Rows((2, null, 2))], LakeBed.Cancellation);
        _bed.Rows.Bed.Clock.Advance(TimeSpan.FromMinutes(10));
        return await table.AppendAsync([RowsBed.Rows((3, "a", 3))], LakeBed.Cancellation);
    }
}
