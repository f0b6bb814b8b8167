using System.Text;
using Appliance.Host.Cli.Files;

namespace Appliance.Host.Tests.Cli.Files;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\nc,d\n", "1:a|b 2:c|d")]
    [InlineData("a,b\r\nc,d", "1:a|b 2:c|d")]
    [InlineData("\n\na\n\nb\n", "3:a 5:b")]
    [InlineData("\"a,1\",\"say \"\"yes\"\"\"\n", "1:a,1|say \"yes\"")]
    [InlineData("\"two\nlines\",x\ny,z\n", "1:two\nlines|x 3:y|z")]
    [InlineData("a,\n,b\n", "1:a|- 2:-|b")]
    [InlineData("\"\",b\n", "1:|b")]
    [InlineData("a\"b,c\n", "1:a\"b|c")]
    public void Rows_are_read_with_their_lines(string text, string rows) => Assert.Equal(rows, Rows(text));

    [Theory]
    [InlineData("\"a\"b,c\nd\n", "1!field 1 must be followed by a comma or the end of the line 2:d")]
    [InlineData("a\nb,\"c\nd\n", "1:a 2!the file ends inside a quoted field, which must be closed")]
    public void A_malformed_row_is_told_and_the_next_is_read(string text, string rows) => Assert.Equal(rows, Rows(text));

    [Fact]
    public void A_row_without_end_is_given_up_and_what_follows_is_read()
    {
        var rows = Rows($"\"{new string('x', CsvReader.MaxRowChars + 5)}\nb,c\n");
        Assert.Equal($"1!the row must have at most {CsvReader.MaxRowChars} characters; is a quote not closed? 2:b|c", rows);
    }

    [Fact]
    public void Whatever_is_written_is_read_again_however_the_bytes_come()
    {
        const int seed = 20260131;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var rows = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Enumerable.Range(0, random.Next(2, 5)).Select(_ => Field(random)).ToArray()).ToList();
            var text = string.Concat(rows.Select(r => string.Join(',', r.Select(f => $"\"{f.Replace("\"", "\"\"")}\"")) + (random.Next(2) == 0 ? "\n" : "\r\n")));
            var reader = new CsvReader(new DribblingReader(text, random));
            foreach (var row in rows)
            {
                Assert.Equal(LineStatus.Read, reader.Read());
                Assert.Equal(row, Enumerable.Range(0, reader.Count).Select(i => reader[i].ToString()));
            }
            Assert.Equal(LineStatus.End, reader.Read());
        }
    }

    private static string Field(Random random) => new([.. Enumerable.Range(0, random.Next(0, 6)).Select(_ => "ab,\"\n\r é"[random.Next(8)])]);

    private static string Rows(string text)
    {
        var reader = new CsvReader(new StringReader(text));
        var rows = new List<string>();
        for (var status = reader.Read(); status != LineStatus.End; status = reader.Read())
        {
            var fields = Enumerable.Range(0, reader.Count).Select(i => reader.IsAbsent(i) ? "-" : reader[i].ToString());
            rows.Add(status == LineStatus.Wrong ? $"{reader.Line}!{reader.Rule}" : $"{reader.Line}:{string.Join('|', fields)}");
        }
        return string.Join(' ', rows);
    }

    // Gives a few characters at a time, as a network share may.
    private sealed class DribblingReader(string text, Random random) : TextReader
    {
        private int _at;

        public override int Read(char[] buffer, int index, int count)
        {
            var take = Math.Min(Math.Min(count, random.Next(1, 4)), text.Length - _at);
            text.CopyTo(_at, buffer, index, take);
            _at += take;
            return take;
        }
    }
}
