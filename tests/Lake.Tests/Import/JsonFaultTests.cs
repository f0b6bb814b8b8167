using Lake.Import;
using Lake.Query;
using Lake.Query.Output;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

public sealed class JsonFaultTests : IDisposable
{
    private static readonly BadRowLimit Any = new() { MaxShare = 1 };

    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_row_with_a_key_twice_is_a_bad_row_at_any_depth()
    {
        _bed.Write("a.jsonl", """
            {"id": 1, "id": 2}
            {"id": null, "id": 3}
            {"id": 4, "who": {"n": 1, "n": 2}}
            {"id": 5, "list": [{"k": 1, "k": 1}]}
            {"id": 6, "m": {"a": 1, "b": 2, "a": 3}}
            {"id": 7, "who": {"n": 1}, "list": [{"k": 1}, {"k": 2}], "m": {"a": 1}}
            """);
        var report = await _bed.RunAsync(_bed.Request("a.jsonl") with { Columns = "id int\nwho struct<n: int>\nlist list<struct<k: int>>\nm map<string, int>", BadRows = Any });
        Assert.Equal((1L, 5L), (report.Rows, report.BadRows));
        const string Reason = "the key stands twice in its object", Rule = "a key that stands once in its object";
        Assert.Equal([["id", "2", Reason, Rule], ["id", "3", Reason, Rule], ["who.n", "2", Reason, Rule], ["list.element.k", "1", Reason, Rule], ["m.a", "3", Reason, Rule]], await _bed.QuarantineAsync("column", "value", "reason", "rule"));
        Assert.Equal([7], (await _bed.RowsAsync(columns: ["id"])).Select(r => (int)r[0]!));
    }

    [Fact]
    public async Task An_empty_key_makes_no_column_and_the_table_is_read()
    {
        _bed.Write("a.jsonl", "{\"id\": 1, \"any\": {\"\": 1}}\n{\"id\": 2, \"\": 3}\n");
        var report = await _bed.RunAsync(_bed.Request("a.jsonl") with { BadRows = Any });
        Assert.Equal("id int, any string json", ImportBed.Columns(report.Table.Schema));
        Assert.Equal([[2L, "", "3", "the key is empty", "a key of one character or more, as a column's name is"]], await _bed.QuarantineAsync("row", "column", "value", "reason", "rule"));
        var output = new MemoryStream();
        await using var rows = await new LakeQuery(_bed.Lake.Catalog).RunAsync("FROM shop.orders", LakeBed.Cancellation);
        await rows.WriteToAsync(RowFormat.JsonLines, output, null, LakeBed.Cancellation);
        Assert.Contains("\"id\":1", System.Text.Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"id\": 1}, {\"id\": 2}]", "is one JSON array", ".[]")]
    [InlineData("\uFEFF\n  [\n  {\"id\": 1},\n  {\"id\": 2}\n]\n", "is one JSON array", ".[]")]
    [InlineData("[{\"id\": 1},\n{\"id\": 2}]", "is one JSON array", ".[]")]
    [InlineData("{\n  \"id\": 1\n}\n", "has JSON objects that go over several lines", ".")]
    [InlineData("{\"a\": [\n1, 2]}\n{\"a\": []}\n", "has JSON objects that go over several lines", ".")]
    public async Task A_file_that_is_json_and_not_lines_of_it_is_refused_with_the_way_to_convert_it(string text, string what, string filter)
    {
        var path = _bed.Write("a.json", text);
        foreach (var columns in (string?[])[null, "id int"])
        {
            Assert.Equal($"{path} {what}; it must have one object a line, as jq -c '{filter}' a.json > a.jsonl makes it (decompress it first where it is compressed)", await _bed.ErrorAsync(_bed.Request("a.json") with { Columns = columns }));
            Assert.False(await _bed.IsThereAsync(ImportBed.Table));
        }
    }

    [Theory]
    [InlineData("{\"id\": \n{\"id\": 2}\n")]
    [InlineData("[1]\n{\"id\": 2}\n")]
    [InlineData("{\"id\" 1\n{\"id\": 2}\n")]
    public async Task A_first_line_that_is_bad_alone_is_a_bad_row(string text)
    {
        _bed.Write("a.json", text);
        var report = await _bed.RunAsync(_bed.Request("a.json") with { BadRows = Any });
        Assert.Equal((1L, 1L), (report.Rows, report.BadRows));
    }

    [Fact]
    public async Task Numbers_beyond_a_column_are_bad_rows_and_infinity_is_one_by_its_name_alone()
    {
        _bed.Write("a.jsonl", "{\"f\": 1e39}\n{\"d\": 1e400}\n{\"d\": -1e400}\n{\"d\": \"1e400\"}\n{\"f\": 3.4e38, \"d\": 1e308}\n{\"d\": \"-Infinity\"}\n");
        _bed.Write("b.csv", "f,d\n1e39,\n,1e400\n1,Infinity\n");
        var report = await _bed.RunAsync(_bed.Request("a.jsonl", "b.csv") with { Columns = "f float, d double", BadRows = Any });
        Assert.Equal((3L, 6L), (report.Rows, report.BadRows));
        const string Float = "a number from -3.4e38 to 3.4e38", Double = "a number from -1.79e308 to 1.79e308";
        Assert.Equal([["f", "1e39", Float], ["d", "1e400", Double], ["d", "-1e400", Double], ["d", "1e400", Double], ["f", "1e39", Float], ["d", "1e400", Double]], await _bed.QuarantineAsync("column", "value", "rule"));
        Assert.Equal([[3.4e38f, 1e308], [null, double.NegativeInfinity], [1f, double.PositiveInfinity]], await _bed.RowsAsync());
    }
}
