using System.IO.Compression;
using Lake.Import;
using Lake.Import.Sources;
using Lake.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

public sealed class ImportSourcesTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Folders_and_patterns_give_files_in_a_stable_order_each_once()
    {
        foreach (var name in (string[])["data/b.csv", "data/2024/a.csv", "data/2024/x/c.csv.gz", "data/10.csv", "data/9.csv", "data/_tmp/z.csv", "data/.hidden.csv", "data/notes.md"]) _bed.Write(name, "id\n1\n");
        Assert.Equal(["data/10.csv", "data/2024/a.csv", "data/2024/x/c.csv.gz", "data/9.csv", "data/b.csv"], await FindAsync("data"));
        Assert.Equal(["data/10.csv", "data/2024/a.csv", "data/9.csv", "data/b.csv"], await FindAsync("data/**/*.csv"));
        Assert.Equal(["data/b.csv", "data/10.csv", "data/9.csv"], await FindAsync("data/b.csv", "data/*.csv"));
        Assert.Equal(["data/9.csv", "data/b.csv"], await FindAsync("data/?.csv"));
        Assert.Equal(["data/2024/x/c.csv.gz"], await FindAsync("data/2*/**/*.gz"));
    }

    [Fact]
    public async Task Sources_that_give_nothing_or_no_format_are_told()
    {
        _bed.Write("a.md", "x");
        Assert.Equal($"source is '{_bed.Inputs}/none.csv'; there is no such file, and no file of a known kind below it", await _bed.ErrorAsync(_bed.Request("none.csv")));
        Assert.Equal($"source is '{_bed.Inputs}/*.csv'; there is no such file, and no file of a known kind below it", await _bed.ErrorAsync(_bed.Request("*.csv")));
        Assert.Equal($"{_bed.Inputs}/a.md has no ending that tells its format; name the format, or rename it to .csv, .tsv, .jsonl or .parquet", await _bed.ErrorAsync(_bed.Request("a.md")));
        Assert.Equal("an import has no sources; it must have one at least", await _bed.ErrorAsync(_bed.Request()));
    }

    [Fact]
    public async Task Compressed_files_are_read_by_their_content()
    {
        var text = "id\n" + string.Join('\n', Enumerable.Range(0, 100_000));
        var half = text.IndexOf("\n50000\n", StringComparison.Ordinal) + 1;
        // A file of two members, as appending to a compressed file makes it.
        _bed.Write("a.csv.gz", [.. Compressed.Gzip(text[..half]), .. Compressed.Gzip(text[half..])]);
        _bed.Write("b.csv.zst", Compressed.Zstd(text));
        _bed.Write("c.csv", Compressed.Gzip(text));
        var report = await _bed.RunAsync(_bed.Request("a.csv.gz", "b.csv.zst", "c.csv"));
        Assert.Equal((300_000L, 0L), (report.Rows, report.BadRows));
        Assert.Equal(3L * 99_999 * 50_000, (await _bed.RowsAsync()).Sum(r => (long)r[0]!));
    }

    [Fact]
    public void Gzip_is_read_as_a_whole_in_reads_of_any_size()
    {
        var random = new Random(7);
        foreach (var length in (int[])[0, 1, 15, 16, 17, 1000, 70_000])
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
            using var stream = new WholeGzipStream(new MemoryStream(compressed.ToArray()));
            var read = new List<byte>();
            var part = new byte[random.Next(1, 40)];
            for (int n; (n = stream.Read(part, 0, part.Length)) > 0;) read.AddRange(part.AsSpan(0, n));
            Assert.Equal(bytes, read);
        }
    }

    [Fact]
    public async Task A_file_whose_name_looks_like_a_pattern_is_that_file_alone()
    {
        foreach (var name in new[] { "a?.csv", "ab.csv", "b*.csv", "bb.csv", "[c].csv" }) _bed.Write(name, "id\n1\n");
        Assert.Equal(["a?.csv"], await FindAsync("a?.csv"));
        Assert.Equal(["b*.csv", "[c].csv"], await FindAsync("b*.csv", "[c].csv"));
        Assert.Equal(["a?.csv", "ab.csv"], await FindAsync("a*.csv"));
    }

    private async Task<List<string>> FindAsync(params string[] sources)
    {
        var files = await new InputFiles(new LocalStorage()).FindAsync([.. sources.Select(s => $"{_bed.Inputs}/{s}")], ImportFormat.ByName, LakeBed.Cancellation);
        return [.. files.Select(f => f.Location[(_bed.Inputs.Length + 1)..])];
    }
}
