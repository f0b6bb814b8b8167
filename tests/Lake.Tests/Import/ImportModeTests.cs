using Lake.Evolution;
using Lake.Expressions;
using Lake.Import;
using Lake.Scan;
using Lake.Tests.Foreign;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Import;

public sealed class ImportModeTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task An_overwrite_of_several_batches_is_seen_in_one_snapshot()
    {
        _bed.Write("a.csv", "id\n1\n2\n3\n");
        _bed.Write("b.csv", "id\n4\n5\n6\n7\n");
        await _bed.RunAsync(_bed.Request("a.csv") with { BatchRows = 1 });
        var report = await _bed.RunAsync(_bed.Request("b.csv") with { Mode = ImportMode.Overwrite, BatchRows = 2 });
        Assert.Equal([4, 5, 6, 7], (await _bed.RowsAsync()).Select(r => (int)r[0]!).Order());
        Assert.Equal(["append", "overwrite"], report.Table.Metadata.Ancestors(report.Table.Metadata.CurrentSnapshotId!.Value).Select(s => s.Operation!).Reverse());
        Assert.Equal("4", report.Table.Metadata.CurrentSnapshot!.Summary["total-records"]);
        Assert.Equal(["main"], report.Table.Metadata.Refs.Keys);
    }

    [Fact]
    public async Task An_upsert_replaces_rows_of_the_same_key_and_a_null_key_is_a_bad_row()
    {
        _bed.Write("a.csv", "id,name\n1,a\n2,b\n");
        _bed.Write("b.csv", "id,name\n2,B\n3,C\n,D\n");
        var request = _bed.Request("a.csv") with { Mode = ImportMode.Upsert, Keys = ["id"] };
        var first = await _bed.RunAsync(request);
        Assert.Equal("id int not null, name string", ImportBed.Columns(first.Table.Schema));
        var second = await _bed.RunAsync(request with { Sources = [$"{_bed.Inputs}/b.csv"], Keys = null, BatchRows = 1 });
        Assert.Equal([[1, "a"], [2, "B"], [3, "C"]], (await _bed.RowsAsync()).OrderBy(r => r[0]));
        Assert.Equal([["id", "a value: the column is required"]], await _bed.QuarantineAsync("column", "rule"));
        Assert.Equal(["1", "2", "3"], (await ForeignReaders.ReadTableAsync(second.Table.Metadata.Location)).Select(r => r.GetProperty("id").ToString()).Order());
    }

    [Fact]
    public async Task An_upsert_whose_rows_have_a_key_twice_is_refused_by_the_key_and_leaves_nothing()
    {
        _bed.Write("a.csv", "id,name\n1,a\n1,b\n");
        var request = _bed.Request("a.csv") with { Mode = ImportMode.Upsert, Keys = ["id"], Id = "u" };
        Assert.Equal("import 'u' cannot be upserted and nothing of it is kept: rows to upsert have the key id = 1 twice; key column 'id' must tell them apart; import files without such rows", await _bed.ErrorAsync(request));
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
        Assert.False(await _bed.Importer().AbandonAsync(request.Table, "u", LakeBed.Cancellation));
        _bed.Write("a.csv", "id,name\n1,b\n");
        await _bed.RunAsync(request);
        Assert.Equal([[1, "b"]], await _bed.RowsAsync());
        _bed.Write("b.csv", "id,name\n2,c\n2,d\n");
        Assert.Contains("have the key id = 2 twice", await _bed.ErrorAsync(_bed.Request("b.csv") with { Mode = ImportMode.Upsert, BatchRows = 1 }), StringComparison.Ordinal);
        Assert.Equal(["main"], (await _bed.Lake.LoadAsync()).Metadata.Refs.Keys);
        Assert.Equal([[1, "b"]], await _bed.RowsAsync());
    }

    [Fact]
    public async Task Columns_are_matched_by_name_missing_ones_are_null_and_unknown_ones_as_asked_for()
    {
        _bed.Write("a.csv", "id,name\n1,a\n");
        _bed.Write("b.csv", "extra,id\nx,2\n");
        await _bed.RunAsync(_bed.Request("a.csv"));
        var request = _bed.Request("b.csv");
        Assert.Equal($"{_bed.Inputs}/b.csv has column 'extra'; table shop.orders has no column of that name: have unknown columns added or ignored, or name it as the table does", await _bed.ErrorAsync(request));
        await _bed.RunAsync(request with { Id = "ignored", UnknownColumns = UnknownColumns.Ignore });
        await _bed.RunAsync(request with { Id = "added", UnknownColumns = UnknownColumns.Add });
        Assert.Equal([[1, "a", null], [2, null, null], [2, null, "x"]], (await _bed.RowsAsync()).OrderBy(r => r[0]).ThenBy(r => r[2]));
        Assert.Equal("column 'name' is given as int; in table shop.orders it is string", await _bed.ErrorAsync(request with { Id = "given", Columns = "name int" }));
        await (await _bed.Lake.LoadAsync()).ChangeSchemaAsync(s => s.Rename("name", "title"), LakeBed.Cancellation);
        _bed.Write("c.csv", "id,title\n3,c\n");
        await _bed.RunAsync(_bed.Request("c.csv"));
        Assert.Equal("c", (await _bed.RowsAsync(columns: ["title"])).Single(r => (string?)r[0] is not (null or "a"))[0]);
    }

    [Fact]
    public async Task An_import_that_is_given_up_leaves_no_columns_behind()
    {
        _bed.Write("a.csv", "id\n1\n");
        _bed.Write("b.csv", "id,extra,more\n2,x,1\nno,y,2\n3,z,3\n");
        var before = (await _bed.RunAsync(_bed.Request("a.csv"))).Table.Metadata;
        var request = _bed.Request("b.csv") with { Id = "b", UnknownColumns = UnknownColumns.Add, BatchRows = 1, BadRows = new BadRowLimit { MaxRows = 0 } };
        Assert.Contains("nothing of it is kept", await _bed.ErrorAsync(request), StringComparison.Ordinal);
        var after = (await _bed.Lake.LoadAsync()).Metadata;
        Assert.Equal("id int", ImportBed.Columns(after.CurrentSchema));
        Assert.Equal((before.CurrentSchemaId, before.CurrentSnapshotId), (after.CurrentSchemaId, after.CurrentSnapshotId));
        Assert.Equal(before.Properties, after.Properties);
        await _bed.RunAsync(request with { BadRows = new BadRowLimit { MaxRows = 1 } });
        var done = (await _bed.Lake.LoadAsync()).Metadata;
        Assert.Equal("id int, extra string, more int", ImportBed.Columns(done.CurrentSchema));
        Assert.DoesNotContain(done.Properties.Keys, k => k.StartsWith("import.added-columns", StringComparison.Ordinal));
        Assert.Equal([[1, null, null], [2, "x", 1], [3, "z", 3]], (await _bed.RowsAsync()).OrderBy(r => r[0]));
    }

    [Fact]
    public async Task An_import_that_fails_before_rows_are_staged_leaves_no_columns_behind()
    {
        _bed.Write("a.csv", "id\n1\n");
        await _bed.RunAsync(_bed.Request("a.csv"));
        _bed.Write("b.csv", "id,extra\n2,x\n");
        var changed = new Each(() => Task.FromResult(_bed.Write("b.csv", "id,extra\n2,x\n3,y\n")));
        var error = await Assert.ThrowsAsync<ImportException>(() => _bed.RunAsync(_bed.Request("b.csv") with { UnknownColumns = UnknownColumns.Add }, changed));
        Assert.Contains("was changed while it was read", error.Message, StringComparison.Ordinal);
        Assert.Equal("id int", ImportBed.Columns((await _bed.Lake.LoadAsync()).Schema));
    }

    [Fact]
    public async Task Columns_of_an_import_that_is_staged_go_when_it_is_abandoned_and_stay_where_others_use_them()
    {
        _bed.Write("a.csv", "id\n1\n");
        _bed.Write("b.csv", "id,extra\n2,x\n3,y\n");
        await _bed.RunAsync(_bed.Request("a.csv"));
        var request = _bed.Request("b.csv") with { Id = "b", UnknownColumns = UnknownColumns.Add, BatchRows = 1 };
        await StageAsync(request);
        Assert.Equal("id int, extra string", ImportBed.Columns((await _bed.Lake.LoadAsync()).Schema));
        Assert.True(await _bed.Importer().AbandonAsync(request, LakeBed.Cancellation));
        Assert.Equal("id int", ImportBed.Columns((await _bed.Lake.LoadAsync()).Schema));
        await StageAsync(request);
        await _bed.RunAsync(_bed.Request("b.csv") with { Id = "other" });
        Assert.True(await _bed.Importer().AbandonAsync(request, LakeBed.Cancellation));
        Assert.Equal([[1, null], [2, "x"], [3, "y"]], (await _bed.RowsAsync()).OrderBy(r => r[0]));
    }

    [Fact]
    public async Task A_new_field_in_a_column_that_is_there_is_told_with_the_rule()
    {
        _bed.Write("a.jsonl", "{\"s\":{\"a\":1}}\n");
        _bed.Write("b.jsonl", "{\"s\":{\"a\":1,\"b\":2}}\n");
        await _bed.RunAsync(_bed.Request("a.jsonl"));
        Assert.Contains("column 's.b'", await _bed.ErrorAsync(_bed.Request("b.jsonl") with { UnknownColumns = UnknownColumns.Add }), StringComparison.Ordinal);
        Assert.Contains("only whole columns can be added by an import", await _bed.ErrorAsync(_bed.Request("b.jsonl") with { UnknownColumns = UnknownColumns.Add }), StringComparison.Ordinal);
    }

    // Ends it once its first rows are staged.
    private async Task StageAsync(ImportRequest request)
    {
        using var ended = new CancellationTokenSource();
        var staged = new Each(async () =>
        {
            if ((await _bed.Lake.LoadAsync()).Metadata.Refs.Count > 1) await ended.CancelAsync();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bed.Importer().RunAsync(request, staged, ended.Token));
    }

    [Fact]
    public async Task Others_may_change_the_table_while_an_import_is_staged()
    {
        _bed.Write("a.csv", "id\n1\n2\n3\n");
        await _bed.RunAsync(_bed.Request("a.csv"));
        _bed.Write("b.csv", "id\n4\n5\n");
        var meanwhile = new Each(async () => await (await _bed.Lake.LoadAsync()).DeleteAsync(Filter.Equal("id", 2), null, LakeBed.Cancellation));
        await (await _bed.Lake.LoadAsync()).CommitAsync((_, b) => b.SetProperty("commit.retry.min-wait-ms", "0"), LakeBed.Cancellation);
        await _bed.RunAsync(_bed.Request("b.csv") with { BatchRows = 1 }, meanwhile);
        Assert.Equal([1, 3, 4, 5], (await _bed.RowsAsync()).Select(r => (int)r[0]!).Order());
    }

    [Fact]
    public async Task Wrong_settings_are_told_all_at_once()
    {
        var request = _bed.Request("a.csv") with { SampleRows = 0, BatchRows = 0, Csv = new CsvLayout { Delimiter = '\u0001' }, BadRows = new BadRowLimit { MaxShare = 1.5 } };
        Assert.Equal("SampleRows is 0; it must be 1 or more; BatchRows is 0; it must be 1 or more; BadRows.MaxShare is 1.5; it must be from 0 to 1; Csv.Delimiter is U+0001; it must be a tab or a character of ASCII from 32 to 126", await _bed.ErrorAsync(request));
        Assert.Equal("import id is 'a/b'; it must be 1 to 64 letters, digits, _, . and -, the first a letter or digit", await _bed.ErrorAsync(_bed.Request("a.csv") with { Id = "a/b" }));
    }

    // What is done at each report, on the importing thread.
    private sealed class Each(Func<Task> act) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => Task.Run(act).GetAwaiter().GetResult();
    }
}
