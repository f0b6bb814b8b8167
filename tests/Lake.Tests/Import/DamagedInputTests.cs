using System.Globalization;
using System.Text.RegularExpressions;
using Lake.Import;

namespace Lake.Tests.Import;

public sealed class DamagedInputTests : IDisposable
{
    private static readonly string Text = "id\n" + string.Join('\n', Enumerable.Range(0, 100_000));

    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("a.csv.gz", "gzip")]
    [InlineData("a.csv.zst", "zstd")]
    [InlineData("a.jsonl.gz", "gzip")]
    public async Task A_compressed_file_that_was_cut_off_is_told_with_the_byte_and_leaves_no_table(string name, string codec)
    {
        var text = name.StartsWith("a.jsonl", StringComparison.Ordinal) ? string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{{\"id\": {i}}}\n")) : Text;
        var whole = codec == "gzip" ? Compressed.Gzip(text) : Compressed.Zstd(text);
        foreach (var length in (int[])[whole.Length - 1, whole.Length / 2, 30])
        {
            var path = _bed.Write(name, whole[..length]);
            foreach (var columns in (string?[])[null, "id long"])
            {
                var message = await _bed.ErrorAsync(_bed.Request(name) with { Columns = columns, BadRows = new BadRowLimit { MaxRows = long.MaxValue, MaxShare = 1 } });
                Assert.Equal($"{path} cannot be read: it was cut off or is damaged before its end, byte {length}; bring a whole copy of it to its place (where {codec} -t finds no fault), then run the import again", message);
                Assert.False(await _bed.IsThereAsync(ImportBed.Table));
                Assert.False(await _bed.IsThereAsync($"{ImportBed.Table}_quarantine"));
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(100_000)]
    [InlineData(-8)]
    public async Task A_gzip_file_that_is_damaged_is_told_with_the_byte_by_which_it_is(int place)
    {
        var whole = Compressed.Gzip(Text);
        var at = place < 0 ? whole.Length + place : place;
        whole[at] ^= 0x55;
        var path = _bed.Write("a.csv.gz", whole);
        var message = await _bed.ErrorAsync(_bed.Request("a.csv.gz") with { Columns = "id long" });
        var told = Regex.Match(message, $"^{Regex.Escape(path)} cannot be read: it is damaged at or before byte ([0-9]+); ");
        Assert.True(told.Success, message);
        Assert.InRange(int.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture), at + 1, whole.Length);
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
    }

    [Theory]
    [InlineData("a.csv.gz", "6b640a31", "its first bytes are 6b640a31, and gzip begins with 1f8b: it is damaged, or is not compressed and must have another name")]
    [InlineData("a.jsonl.zst", "7b", "its first bytes are 7b, and zstd begins with 28b52ffd: it is damaged, or is not compressed and must have another name")]
    [InlineData("a.csv.gz", "", "it is empty, and gzip never is")]
    public async Task A_file_that_is_called_compressed_and_is_not_is_told(string name, string bytes, string reason)
    {
        var path = _bed.Write(name, Convert.FromHexString(bytes));
        Assert.StartsWith($"{path} cannot be read: {reason}; ", await _bed.ErrorAsync(_bed.Request(name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_staged_of_a_file_that_turns_out_damaged_is_forgotten_as_the_file_must_change()
    {
        var whole = Compressed.Gzip(Text);
        _bed.Write("a.csv.gz", whole[..^4]);
        var request = _bed.Request("a.csv.gz") with { Columns = "id long", BatchRows = 10_000 };
        Assert.Contains("was cut off", await _bed.ErrorAsync(request), StringComparison.Ordinal);
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
        _bed.Write("a.csv.gz", whole);
        Assert.Equal((100_000L, 0L), await ResumedAsync(request));
    }

    [Fact]
    public async Task An_import_goes_on_behind_whole_files_once_the_damaged_one_is_mended()
    {
        var whole = Compressed.Gzip("id\n4\n");
        _bed.Write("a.csv", "id\n1\n2\n3\n");
        _bed.Write("b.csv.gz", whole[..^4]);
        var request = _bed.Request("a.csv", "b.csv.gz") with { Columns = "id int", BatchRows = 1 };
        Assert.Contains("b.csv.gz cannot be read", await _bed.ErrorAsync(request), StringComparison.Ordinal);
        _bed.Write("b.csv.gz", whole);
        Assert.Equal((4L, 3L), await ResumedAsync(request));
    }

    [Fact]
    public async Task An_import_that_fails_in_a_later_file_before_it_staged_a_row_leaves_no_table()
    {
        _bed.Write("a.csv", "id\n1\n");
        _bed.Write("b.csv", "id,more\n2,3\n");
        Assert.Contains("b.csv has column 'more'", await _bed.ErrorAsync(_bed.Request("a.csv", "b.csv") with { Columns = "id int" }), StringComparison.Ordinal);
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
    }

    [Fact]
    public async Task A_cancelled_import_leaves_a_table_only_where_it_has_rows_to_go_on_from()
    {
        _bed.Write("a.csv", "id\n1\n2\n");
        using var cancel = new CancellationTokenSource();
        var stop = new Stop(cancel);
        var request = _bed.Request("a.csv") with { Columns = "id int" };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bed.Importer().RunAsync(request, stop, cancel.Token));
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
        Assert.Equal((2L, 0L), await ResumedAsync(request));
    }

    [Fact]
    public async Task An_abandoned_import_takes_the_table_that_it_made_with_it()
    {
        _bed.Write("a.csv", "id\n1\n2\n");
        _bed.Write("b.csv.gz", []);
        var request = _bed.Request("a.csv", "b.csv.gz") with { Columns = "id int", BatchRows = 1 };
        await _bed.ErrorAsync(request);
        Assert.True(await _bed.IsThereAsync(ImportBed.Table));
        Assert.True(await _bed.Importer().AbandonAsync(request, TestContext.Current.CancellationToken));
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
    }

    [Fact]
    public async Task A_table_that_was_there_stays_where_an_import_into_it_fails()
    {
        _bed.Write("a.csv", "id\n1\n");
        await _bed.RunAsync(_bed.Request("a.csv"));
        _bed.Write("b.csv.gz", Compressed.Gzip("id\n2\n")[..^1]);
        await _bed.ErrorAsync(_bed.Request("b.csv.gz"));
        Assert.Equal([[1]], await _bed.RowsAsync());
    }

    private async Task<(long Rows, long ResumedAt)> ResumedAsync(ImportRequest request)
    {
        var report = await _bed.RunAsync(request);
        return (report.Rows, report.ResumedAtRow);
    }

    private sealed class Stop(CancellationTokenSource source) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => source.Cancel();
    }
}
