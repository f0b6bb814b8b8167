using Lake.Expressions;
using Lake.Import;
using Lake.Tests.Tables;
using Lake.Types;

namespace Lake.Tests.Import;

public sealed class QuarantineTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Bad_rows_are_kept_with_place_text_column_value_and_rule_and_the_rest_comes_in()
    {
        var path = _bed.Write("a.csv", "id,n,day\n1,1,2024-01-01\nx,2,2024-01-01\n3,3\n\n4,,2024-02-30\n5,\"5\"6,2024-01-01\n6,6,2024-01-01\n,7,2024-01-01\n");
        var report = await _bed.RunAsync(_bed.Request("a.csv") with { Id = "may", Columns = "id long not null, n int, day date", BadRows = new BadRowLimit { MaxShare = 1 } });
        Assert.Equal((2L, 5L, "shop.orders_quarantine"), (report.Rows, report.BadRows, report.Quarantine!.ToString()));
        Assert.Equal([1L, 6L], (await _bed.RowsAsync()).Select(r => (long)r[0]!));
        object?[][] expected =
        [
            [2L, 3L, "x,2,2024-01-01", "id", "x", "the value is none of the column", "a whole number of 64 bits"],
            [3L, 4L, "3,3", null, null, "the row has 2 values", "3 values, as many as there are columns"],
            [5L, 6L, "4,,2024-02-30", "day", "2024-02-30", "the value is none of the column", "a day like 2024-01-31"],
            [6L, 7L, "5,\"5\"6,2024-01-01", "n", "\"5\"6", "the value has a quote that is not closed, or one within that is not doubled", "a quoted value ends with its quote and has quotes of its own twice"],
            [8L, 9L, ",7,2024-01-01", "id", null, "the value is null", "a value: the column is required"],
        ];
        Assert.Equal(expected, await _bed.QuarantineAsync("row", "line", "raw", "column", "value", "reason", "rule"));
        Assert.All(await _bed.QuarantineAsync("import_id", "file", "at"), r => Assert.Equal(["may", path, _bed.Lake.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000], r));
    }

    [Fact]
    public async Task Texts_of_bad_rows_are_cut_and_never_in_the_middle_of_a_character()
    {
        _bed.Write("a.csv", "id\nab\U0001F600cd\n1\n");
        await _bed.RunAsync(_bed.Request("a.csv") with { Columns = "id int", BadRows = new BadRowLimit { MaxTextLength = 3 } });
        Assert.Equal([["ab", "ab"]], await _bed.QuarantineAsync("raw", "value"));
    }

    [Fact]
    public async Task Values_that_the_sample_does_not_show_are_bad_rows_and_not_a_failed_run()
    {
        _bed.Write("a.csv", "n,flag\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => i == 1500 ? "x,true\n" : i == 1501 ? "5000000000,yes\n" : $"{i},true\n")));
        var report = await _bed.RunAsync(_bed.Request("a.csv") with { SampleRows = 100 });
        Assert.Equal(("n long, flag boolean", 1998L, 2L), (ImportBed.Columns(report.Table.Schema), report.Rows, report.BadRows));
    }

    [Fact]
    public async Task Too_many_bad_rows_stop_an_import_that_leaves_nothing()
    {
        _bed.Write("a.csv", "n\n" + string.Concat(Enumerable.Range(0, 40).Select(i => i % 4 == 3 ? "x\n" : $"{i}\n")));
        var request = _bed.Request("a.csv") with { Id = "may", Columns = "n int", BatchRows = 5, BadRows = new BadRowLimit { MaxRows = 3 } };
        var message = await _bed.ErrorAsync(request);
        Assert.StartsWith($"import 'may' into table shop.orders was stopped and nothing of it is kept: 5 rows of 20 are bad; at most 3 may be. {_bed.Inputs}/a.csv row 4 (line 5), column 'n' is 'x': the value is none of the column; it must be a whole number of 32 bits. ", message, StringComparison.Ordinal);
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
        Assert.False(await _bed.IsThereAsync($"{ImportBed.Table}_quarantine"));
        var share = await _bed.ErrorAsync(request with { BadRows = new BadRowLimit { MaxShare = 0.2 } });
        Assert.Contains("10 rows of 40 are bad; at most a share of 0.2 may be", share, StringComparison.Ordinal);
        // The same import with a limit that holds.
        var report = await _bed.RunAsync(request with { BadRows = new BadRowLimit { MaxRows = 10 } });
        Assert.Equal((30L, 10L, 0L), (report.Rows, report.BadRows, report.ResumedAtRow));
        Assert.Equal(10, (await _bed.QuarantineAsync()).Count);
    }

    [Fact]
    public async Task A_table_that_was_there_before_stays_as_it_was_when_an_import_is_stopped()
    {
        _bed.Write("a.csv", "n\n1\n2\n");
        _bed.Write("b.csv", "n\n3\nx\n");
        await _bed.RunAsync(_bed.Request("a.csv"));
        await _bed.ErrorAsync(_bed.Request("b.csv") with { Mode = ImportMode.Overwrite, BatchRows = 1, BadRows = new BadRowLimit { MaxRows = 0 } });
        Assert.Equal([[1], [2]], await _bed.RowsAsync());
        Assert.DoesNotContain((await _bed.Lake.LoadAsync()).Metadata.Refs.Keys, r => r.StartsWith("import-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_column_of_json_takes_only_json()
    {
        _bed.Write("a.csv", "id,doc\n1,\"{\"\"a\"\": 1}\"\n2,{a}\n3,\n");
        await _bed.RunAsync(_bed.Request("a.csv") with { Columns = "id int, doc json" });
        Assert.Equal([[1, "{\"a\": 1}"], [3, null]], await _bed.RowsAsync());
        Assert.Equal([["doc", "{a}", "JSON"]], await _bed.QuarantineAsync("column", "value", "rule"));
        Assert.Equal(["doc"], JsonColumns.Of((await _bed.Lake.LoadAsync()).Schema));
    }

    [Theory]
    [InlineData(10, 0, false, false)]
    [InlineData(90, 10, false, false)]
    [InlineData(89, 11, false, false)]
    [InlineData(889, 111, false, true)]
    [InlineData(900, 100, false, false)]
    [InlineData(89, 11, true, true)]
    [InlineData(100_000, 201, false, true)]
    public void The_limit_is_a_number_at_any_time_and_a_share_from_enough_rows_on(long rows, long bad, bool isEnd, bool stops) =>
        Assert.Equal(stops, new BadRowPolicy(new BadRowLimit { MaxRows = 200, MaxShare = 0.1 }).Decide(rows, bad, isEnd) is not null);
}
