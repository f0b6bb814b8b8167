using Lake.Import;

namespace Lake.Tests.Import;

public sealed class JsonImportTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Nested_values_become_structs_lists_and_what_has_several_shapes_json_text()
    {
        _bed.Write("a.jsonl", """
            {"id": 1, "at": "2024-01-01T00:00:00Z", "who": {"name": "李", "age": 3}, "tags": ["a", null], "lines": [{"sku": "x", "n": 1.5}], "any": {"a": 1}, "code": "12"}
            {"id": 2, "who": {"name": "b", "vip": true}, "tags": [], "lines": null, "any": [1, "x"]}

            {"id": 3}
            """);
        var report = await _bed.RunAsync(_bed.Request("a.jsonl"));
        Assert.Equal(
            "id int, at timestamptz, who struct<name: string, age: int, vip: boolean>, tags list<string>, lines list<struct<sku: string, n: double>>, any string json, code string",
            System.Text.RegularExpressions.Regex.Replace(ImportBed.Columns(report.Table.Schema), @"\d+: (\w+: )optional ", "$1"));
        object?[][] expected =
        [
            [1, 1_704_067_200_000_000L, new object?[] { "李", 3, null }, new List<object?> { "a", null }, new List<object?> { new object?[] { "x", 1.5 } }, "{\"a\": 1}", "12"],
            [2, null, new object?[] { "b", null, true }, new List<object?>(), null, "[1, \"x\"]", null],
            [3, null, null, null, null, null, null],
        ];
        Assert.Equivalent(expected, await _bed.RowsAsync(), strict: true);
    }

    [Fact]
    public async Task Objects_of_many_names_become_maps()
    {
        _bed.Write("a.jsonl", string.Concat(Enumerable.Range(0, 120).Select(i => $"{{\"m\": {{\"k{i}\": {i}}}}}\n")));
        var report = await _bed.RunAsync(_bed.Request("a.jsonl"));
        Assert.Equal("m map<string, int>", ImportBed.Columns(report.Table.Schema));
        Assert.Equal(Enumerable.Range(0, 120).Select(i => KeyValuePair.Create((object)$"k{i}", (object?)i)), (await _bed.RowsAsync()).SelectMany(r => (List<KeyValuePair<object, object?>>)r[0]!));
    }

    [Fact]
    public async Task Nested_values_and_whole_lines_are_kept_as_json_where_that_is_asked_for()
    {
        _bed.Write("a.jsonl", "{\"id\": 1, \"who\": {\"a\" : 1}}\n");
        var nested = await _bed.RunAsync(_bed.Request("a.jsonl") with { Json = new JsonLayout { KeepsNestedAsJson = true } });
        Assert.Equal("id int, who string json", ImportBed.Columns(nested.Table.Schema));
        Assert.Equal([[1, "{\"a\" : 1}"]], await _bed.RowsAsync());
        using var other = new ImportBed();
        other.Write("a.jsonl", "{\"id\": 1, \"id\": 2 }\n[1]\n");
        var whole = await other.RunAsync(other.Request("a.jsonl") with { Json = new JsonLayout { DocumentColumn = "doc" } });
        Assert.Equal("doc string json", ImportBed.Columns(whole.Table.Schema));
        Assert.Equal([["{\"id\": 1, \"id\": 2 }"]], await other.RowsAsync());
        Assert.Equal([["the line is a JSON array"]], await other.QuarantineAsync("reason"));
    }

    [Fact]
    public async Task Bad_lines_are_told_by_line_byte_column_and_rule()
    {
        _bed.Write("a.jsonl", "\uFEFF{\"id\": 1, \"who\": {\"n\": 1}, \"l\": [1]}\n\n{\"id\": \"x\"}\n{\"id\": 2, \"who\": {\"n\": \"y\"}, \"l\": [1]}\n{\"id\": 3, \"l\": [1, \"z\"]}\n{\"id\": \n{\"id\": 4, \"extra\": 1}\n{\"id\": 5, \"l\": [7]}");
        var report = await _bed.RunAsync(_bed.Request("a.jsonl") with { SampleRows = 1, BadRows = new BadRowLimit { MaxShare = 1 } });
        Assert.Equal((2L, 5L), (report.Rows, report.BadRows));
        object?[][] expected =
        [
            [2L, 3L, 41L, "id", "x", "a whole number of 64 bits"],
            [3L, 4L, 53L, "who.n", "y", "a whole number of 64 bits"],
            [4L, 5L, 92L, "l.element", "z", "a whole number of 64 bits"],
            [5L, 6L, 117L, null, null, "a JSON object"],
            [6L, 7L, 125L, "extra", "1", "a column of the table"],
        ];
        Assert.Equal(expected, await _bed.QuarantineAsync("row", "line", "byte_offset", "column", "value", "rule"));
        var rows = await _bed.RowsAsync();
        Assert.Equivalent(new object?[][] { [1L, new object?[] { 1L }, new List<object?> { 1L }], [5L, null, new List<object?> { 7L }] }, rows, strict: true);
    }

    [Fact]
    public async Task Columns_that_a_table_lacks_are_added_or_left_out_as_asked_for()
    {
        _bed.Write("a.jsonl", "{\"id\": 1, \"who\": {\"n\": 1}}\n");
        await _bed.RunAsync(_bed.Request("a.jsonl"));
        _bed.Write("b.jsonl", "{\"id\": 2, \"who\": {\"n\": 2, \"more\": 1}, \"new\": {\"x\": true}}\n");
        await _bed.RunAsync(_bed.Request("b.jsonl") with { UnknownColumns = UnknownColumns.Ignore });
        _bed.Write("c.jsonl", "{\"id\": 3, \"new\": {\"x\": true}}\n");
        await _bed.RunAsync(_bed.Request("c.jsonl") with { UnknownColumns = UnknownColumns.Add });
        object?[][] expected = [[1, new object?[] { 1 }, null], [2, new object?[] { 2 }, null], [3, null, new object?[] { true }]];
        Assert.Equivalent(expected, (await _bed.RowsAsync()).OrderBy(r => r[0]), strict: true);
    }
}
