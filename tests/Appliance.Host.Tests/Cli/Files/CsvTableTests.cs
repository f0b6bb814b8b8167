using System.IO.Compression;
using System.Text;
using Appliance.Host.Cli.Files;
using TestKit;

namespace Appliance.Host.Tests.Cli.Files;

public sealed class CsvTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_compressed_table_is_read_by_its_columns_names()
    {
        using (var gzip = new GZipStream(File.Create(_folder["t.csv.gz"]), CompressionMode.Compress)) gzip.Write("\uFEFFa,b\n1,2\n"u8);
        using var table = CsvTable.Open(_folder["t.csv.gz"]);
        Assert.Equal(["a", "b"], table.Header);
        Assert.Equal(LineStatus.Read, table.Read());
        Assert.Equal("2", table[table.Require("b", "the id")].ToString());
        Assert.Equal(LineStatus.End, table.Read());
    }

    [Fact]
    public void A_row_of_another_width_names_its_line_and_both_widths()
    {
        using var table = Open("a,b\n1,2,3\n4,5\n");
        Assert.Equal(LineStatus.Wrong, table.Read());
        Assert.Equal($"{_folder["t.csv"]}:2: the row has 3 fields; it must have 2, as the header has", table.Fault!.ToString());
        Assert.Equal(LineStatus.Read, table.Read());
        Assert.Equal("4", table[0].ToString());
    }

    [Theory]
    [InlineData("", "the file is empty; a line with the columns' names must come first")]
    [InlineData("a,b,a\n", "the column 'a' stands twice; each name must stand once")]
    [InlineData("\"a\n", "the file ends inside a quoted field, which must be closed")]
    public void A_file_without_a_usable_header_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => Open(text)).Message);

    [Fact]
    public void A_missing_column_is_told_with_the_name_that_was_meant()
    {
        using var table = Open("event_time,b\n");
        var e = Assert.Throws<InputException>(() => table.Require("evnt_time", "the event time"));
        Assert.Equal($"{_folder["t.csv"]}: there is no column 'evnt_time' for the event time; did you mean 'event_time'?", e.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told() =>
        Assert.Contains("there is no such file", Assert.Throws<InputException>(() => CsvTable.Open(_folder["none.csv"])).Message);

    [Fact]
    public void A_torn_compressed_file_does_not_look_like_a_shorter_one()
    {
        var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionMode.Compress, leaveOpen: true))
        {
            var random = new Random(1);
            gzip.Write(Encoding.ASCII.GetBytes("a\n" + string.Concat(Enumerable.Range(0, 20_000).Select(_ => $"{random.Next()}\n"))));
        }
        File.WriteAllBytes(_folder["torn.csv.gz"], whole.ToArray()[..(int)(whole.Length / 2)]);
        using var table = CsvTable.Open(_folder["torn.csv.gz"]);
        var torn = Assert.Throws<UnreadableFileException>(() =>
        {
            while (table.Read() != LineStatus.End)
            {
            }
        });
        Assert.Equal($"{_folder["torn.csv.gz"]}: it cannot be read behind line {table.Line - 1}: {torn.InnerException!.Message}", torn.Message);
    }

    [Theory]
    [InlineData("a.csv", false)]
    [InlineData("a.CSV.GZ", false)]
    [InlineData("a.jsonl", true)]
    [InlineData("a.ndjson.gz", true)]
    [InlineData("a.json", true)]
    public void What_a_file_holds_follows_from_its_name(string name, bool isJson) => Assert.Equal(isJson, InputFile.IsJson(name));

    [Fact]
    public void A_name_that_says_nothing_is_refused() =>
        Assert.Equal("a.txt: the name must end in .csv, .jsonl, .ndjson or .json, and may have .gz behind it", Assert.Throws<InputException>(() => InputFile.IsJson("a.txt")).Message);

    private CsvTable Open(string text)
    {
        File.WriteAllText(_folder["t.csv"], text);
        return CsvTable.Open(_folder["t.csv"]);
    }
}
