using System.Numerics;
using System.Text;
using Lake.Import;
using Lake.Tests.Foreign;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

public sealed class CsvImportTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Columns_of_a_new_table_get_the_types_that_the_values_show()
    {
        _bed.Write("a.csv", "id,big,ratio,flag,day,at,utc,code,name,none\n1,3000000000,0.5,true,2024-02-29,2024-01-31 13:05:09.5,2024-01-31T13:05:09+08:00,007,x,\n-2,-1,1e3,FALSE,1969-12-31,2024-01-31,1970-01-01T00:00:00Z,12,,\n");
        var report = await _bed.RunAsync(_bed.Request("a.csv"));
        Assert.Equal((2L, 0L, 1, false), (report.Rows, report.BadRows, report.Files, report.WasDone));
        Assert.Equal("id int, big long, ratio double, flag boolean, day date, at timestamp, utc timestamptz, code string, name string, none string", ImportBed.Columns(report.Table.Schema));
        object?[][] expected =
        [
            [1, 3_000_000_000L, 0.5, true, 19782, 1_706_706_309_500_000L, 1_706_677_509_000_000L, "007", "x", null],
            [-2, -1L, 1000.0, false, -1, 1_706_659_200_000_000L, 0L, "12", null, null],
        ];
        Assert.Equivalent(expected, await _bed.RowsAsync(), strict: true);
        Assert.Equal(["-2", "1"], (await ForeignReaders.ReadTableAsync(report.Table.Metadata.Location)).Select(r => r.GetProperty("id").ToString()).Order());
    }

    [Fact]
    public async Task Quotes_line_ends_and_blank_lines_are_read_as_the_rules_have_them()
    {
        _bed.Write("a.csv", "\uFEFFid,text\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n\r\n2,\"\"\r\n3,\r\n4,\"  x\"\r\n5,NULL\r\n6,\"NULL\"");
        await _bed.RunAsync(_bed.Request("a.csv") with { Csv = new CsvLayout { NullTexts = ["", "NULL"] } });
        Assert.Equal([[1, "a, \"b\"\r\nc"], [2, ""], [3, null], [4, "  x"], [5, null], [6, "NULL"]], await _bed.RowsAsync());
    }

    [Theory]
    [InlineData("x.csv", "a;b\n1;'it''s; \"so\"'\n", null, '\'')]
    [InlineData("x.tsv", "a\tb\n1\tit's; \"so\"\n", null, null)]
    [InlineData("x.txt", "a|b\n1|\"it's; \"\"so\"\"\"\n", null, '"')]
    [InlineData("x.csv", "a~b\n1~it's; \"so\"\n", '~', null)]
    public async Task Delimiters_and_quotes_are_those_that_are_given_or_found(string name, string text, char? delimiter, char? quote)
    {
        _bed.Write(name, text);
        await _bed.RunAsync(_bed.Request(name) with { Csv = new CsvLayout { Delimiter = delimiter, Quote = quote } });
        Assert.Equal([[1, "it's; \"so\""]], await _bed.RowsAsync());
    }

    [Fact]
    public async Task Files_without_a_header_go_by_place_or_by_the_names_that_are_given()
    {
        _bed.Write("a.csv", "1,x\n2,y\n");
        var layout = new CsvLayout { HasHeader = false };
        var report = await _bed.RunAsync(_bed.Request("a.csv") with { Csv = layout });
        Assert.Equal("column_1 int, column_2 string", ImportBed.Columns(report.Table.Schema));
        _bed.Write("b.csv", "z,3\n");
        await _bed.RunAsync(_bed.Request("b.csv") with { Csv = layout with { Names = ["column_2", "column_1"] } });
        Assert.Equal([[1, "x"], [2, "y"], [3, "z"]], (await _bed.RowsAsync()).OrderBy(r => r[0]));
    }

    [Fact]
    public async Task Texts_of_other_encodings_become_utf_8_and_what_cannot_be_read_is_bad()
    {
        var gb = CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!;
        _bed.Write("a.csv", gb.GetBytes("id,城市\n1,上海\n"));
        _bed.Write("b.csv", [.. "id,城市\n2,"u8, 0xff, .. "\n3,北京\n"u8]);
        await _bed.RunAsync(_bed.Request("a.csv") with { Csv = new CsvLayout { Encoding = "gb18030" } });
        await _bed.RunAsync(_bed.Request("b.csv"));
        Assert.Equal([[1, "上海"], [3, "北京"]], (await _bed.RowsAsync()).OrderBy(r => r[0]));
        Assert.Equal([["城市", "text of the input's encoding"]], await _bed.QuarantineAsync("column", "rule"));
        Assert.Equal("encoding is 'utf-88'; it must be the name of one, like utf-8, gb18030 or iso-8859-1", await _bed.ErrorAsync(_bed.Request("a.csv") with { Id = "x", Csv = new CsvLayout { Encoding = "utf-88" } }));
    }

    [Fact]
    public async Task Every_type_is_read_from_text_where_columns_are_declared()
    {
        _bed.Write("a.csv", "u,f,r,dec,t,raw,fix,tags,m,s,j\nf79c3e09-677c-4bbd-a479-3f349cb785e7,1.5,-2,-12.5,13:05:09.123456,00ff,010203,\"[1,null]\",\"{\"\"a\"\":1}\",\"{\"\"x\"\":1}\",\"[1, {}]\"\n");
        var request = _bed.Request("a.csv") with { Columns = "u uuid not null\nf float, r int\ndec decimal(6, 2)\nt time\nraw binary\nfix fixed[3]\ntags list<int>\nm map<string, long>\ns struct<x: long not null, y: string>\nj json" };
        await _bed.RunAsync(request);
        object?[] row =
        [
            Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7"), 1.5f, -2, new BigInteger(-1250), 47_109_123_456L, new byte[] { 0, 255 }, new byte[] { 1, 2, 3 }, new List<object?> { 1, null },
            new List<KeyValuePair<object, object?>> { KeyValuePair.Create((object)"a", (object?)1L) }, new object?[] { 1L, null }, "[1, {}]",
        ];
        Assert.Equivalent(new[] { row }, await _bed.RowsAsync(), strict: true);
    }

    [Fact]
    public async Task A_new_table_is_laid_out_as_asked_for()
    {
        _bed.Write("a.csv", "id,at,shop\n1,2024-01-01T00:00:00Z,a\n2,2024-01-02T00:00:00Z,a\n3,2024-01-02T09:00:00Z,b\n");
        var report = await _bed.RunAsync(_bed.Request("a.csv") with { Partitions = "day(at), bucket(4, id)", SortOrder = "shop, at desc nulls last", Properties = new Dictionary<string, string> { ["write.parquet.compression-codec"] = "snappy" } });
        Assert.Equal(["at_day=day", "id_bucket_4=bucket[4]"], report.Table.Metadata.DefaultSpec.Fields.Select(f => $"{f.Name}={f.Transform}"));
        Assert.Equal(["shop asc nulls first", "at desc nulls last"], report.Table.Metadata.DefaultSortOrder.Fields.Select(f => $"{report.Table.Schema.FullName(f.SourceId)} {(f.IsDescending ? "desc" : "asc")} nulls {(f.NullsFirst ? "first" : "last")}"));
        Assert.Equal("snappy", report.Table.Metadata.Properties["write.parquet.compression-codec"]);
        Assert.DoesNotContain("import.made-by", report.Table.Metadata.Properties.Keys);
        Assert.Equal([1, 2, 3], (await _bed.RowsAsync()).Select(r => (int)r[0]!).Order());
    }

    [Fact]
    public async Task A_preview_tells_files_and_columns_and_changes_nothing()
    {
        _bed.Write("a.csv", "id\n1\n");
        var preview = await _bed.Importer().PreviewAsync(_bed.Request("a.csv"), LakeBed.Cancellation);
        Assert.Equal((true, 5L, "id int"), (preview.IsNewTable, preview.Bytes, ImportBed.Columns(preview.Schema)));
        Assert.EndsWith("/a.csv", Assert.Single(preview.Files), StringComparison.Ordinal);
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
    }
}
