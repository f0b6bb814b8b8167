using System.IO.Compression;
using Trainer.Data;

namespace Trainer.Tests.Data;

public sealed class CsvFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_first_column()
    {
        var path = Path.Combine(_folder.Path, "bom.csv");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. "id,名\n1,x\n"u8]);
        using var file = CsvFile.Open(path);
        Assert.Equal(["id", "名"], file.Header);
    }

    [Fact]
    public void A_gzip_file_is_decompressed()
    {
        var path = Path.Combine(_folder.Path, "t.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionMode.Compress)) gzip.Write("a\n7\n"u8);
        using var file = CsvFile.Open(path);
        Assert.True(file.TryReadRow());
        Assert.Equal(7, file.Number(file.Column("a")));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("a,b,a\n", ":1: the header names a column twice: a, b, a.")]
    [InlineData("a,b\n1,2\n3\n", ":3: the row has 1 fields; the header has 2.")]
    [InlineData("b\n1\n", "there is no column 'a'; the columns are b.")]
    [InlineData("a\n1\ntwelve\n", ":3: column 'a' is 'twelve'; it must be a finite number.")]
    [InlineData("a\nNaN\n", ":2: column 'a' is 'NaN'; it must be a finite number.")]
    [InlineData("a\n1e39\n", ":2: column 'a' is '1e39'; it must be a finite number.")]
    [InlineData("a\n\"1,5\"\n", ":2: column 'a' is '1,5'; it must be a finite number.")]
    public void Bad_files_are_refused_with_place_value_and_rule(string text, string expected)
    {
        var path = _folder.Write("t.csv", text);
        var error = Assert.Throws<TrainerException>(() =>
        {
            using var file = CsvFile.Open(path);
            for (var column = file.Column("a"); file.TryReadRow();) file.Number(column);
        });
        Assert.StartsWith(path, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_gzip_file_that_is_none_is_named()
    {
        var path = _folder.Write("t.csv.gz", "a,b\n1,2\n");
        Assert.StartsWith($"{path}: the file cannot be decompressed: ", Assert.Throws<TrainerException>(() => CsvFile.Open(path)).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Equal("nowhere.csv: no such file.", Assert.Throws<TrainerException>(() => CsvFile.Open("nowhere.csv")).Message);

    public void Dispose() => _folder.Dispose();
}
