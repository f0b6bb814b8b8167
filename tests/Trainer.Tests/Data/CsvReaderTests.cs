using Trainer.Data;

namespace Trainer.Tests.Data;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a|b;1|2")]
    [InlineData("a,b\r\n1,2\r\n", "a|b;1|2")]
    [InlineData("a,b\n1,2", "a|b;1|2")]
    [InlineData("a,,c\n,,\n", "a||c;||")]
    [InlineData("\"a,x\",\"say \"\"hi\"\"\"\n\"\",\"two\nlines\"\n", "a,x|say \"hi\";|two\nlines")]
    [InlineData("a,b\n\n\r\n1,2\n\n", "a|b;1|2")]
    [InlineData("it's 5\" wide,b\n", "it's 5\" wide|b")]
    public void Rows_come_out_as_the_format_means_them(string text, string expected) =>
        Assert.Equal(expected, string.Join(';', ReadAll(text).Select(row => string.Join('|', row))));

    [Fact]
    public void The_line_is_where_the_row_begins_even_after_quoted_line_breaks()
    {
        var reader = new CsvReader(new StringReader("a\r\n\"x\ny\"\r\n\r\nb\r\n"), "t.csv");
        var lines = new List<int>();
        for (var fields = new List<string>(); reader.TryReadRow(fields);) lines.Add(reader.Line);
        Assert.Equal([1, 2, 5], lines);
    }

    [Fact]
    public void A_quote_that_never_ends_is_an_error_with_its_line()
    {
        var error = Assert.Throws<TrainerException>(() => ReadAll("a\n\"open\nmore\n"));
        Assert.Equal("t.csv:2: the row ends inside a quoted field.", error.Message);
    }

    [Fact]
    public void Text_after_a_closing_quote_is_an_error()
    {
        var error = Assert.Throws<TrainerException>(() => ReadAll("a,b\n1,\"2\"3\n"));
        Assert.Equal("t.csv:2: field 2 is followed by '3'; a comma or the end of the line must follow.", error.Message);
    }

    private static List<string[]> ReadAll(string text)
    {
        var reader = new CsvReader(new StringReader(text), "t.csv");
        var rows = new List<string[]>();
        for (var fields = new List<string>(); reader.TryReadRow(fields);) rows.Add([.. fields]);
        return rows;
    }
}
