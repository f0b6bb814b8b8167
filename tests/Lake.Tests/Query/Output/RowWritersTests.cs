using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Lake.Query.Output;
using Lake.Tests.Tables;
using ParquetSharp.Arrow;

namespace Lake.Tests.Query.Output;

public sealed class RowWritersTests : IDisposable
{
    private const string Sql = """
        SELECT * FROM (VALUES
            (1, 'a,"b"', 1.50::DECIMAL(9,2), 0.1::DOUBLE, DATE '2024-02-29', TIMESTAMPTZ '2024-02-29 12:00:00Z', true, [1, NULL], {'x': 'é', 'y': NULL}, MAP {'k': 2}, '\x00\xFF'::BLOB, INTERVAL '1 month 2 days', 170141183460469231731687303715884105727::HUGEINT),
            (NULL, '', NULL, 'nan'::DOUBLE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
            t(id, "Te xt", price, ratio, day, "at", flag, list, struct, map, bytes, span, big)
        """;

    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Csv_quotes_what_it_must_and_tells_nothing_from_an_empty_text()
    {
        var lines = (await TextAsync(RowFormat.Csv, Sql)).Split('\n');
        Assert.Equal("id,Te xt,price,ratio,day,at,flag,list,struct,map,bytes,span,big", lines[0]);
        Assert.Equal("1,\"a,\"\"b\"\"\",1.50,0.1,2024-02-29,2024-02-29T12:00:00.000000+00:00,true,\"[1,null]\",\"{\"\"x\"\":\"\"é\"\",\"\"y\"\":null}\",\"{\"\"k\"\":2}\",00ff,P1M2DT0S,170141183460469231731687303715884105727", lines[1]);
        Assert.Equal([",\"\",,NaN,,,,,,,,,", ""], lines[2..]);
    }

    [Fact]
    public async Task Json_lines_hold_numbers_with_all_their_digits()
    {
        var lines = (await TextAsync(RowFormat.JsonLines, Sql)).Split('\n');
        Assert.Equal("""{"id":1,"Te xt":"a,\"b\"","price":1.50,"ratio":0.1,"day":"2024-02-29","at":"2024-02-29T12:00:00.000000+00:00","flag":true,"list":[1,null],"struct":{"x":"é","y":null},"map":{"k":2},"bytes":"00ff","span":"P1M2DT0S","big":170141183460469231731687303715884105727}""", lines[0]);
        Assert.Equal("""{"id":null,"Te xt":"","price":null,"ratio":"NaN","day":null,"at":null,"flag":null,"list":null,"struct":null,"map":null,"bytes":null,"span":null,"big":null}""", lines[1]);
    }

    [Fact]
    public async Task Columns_of_one_name_have_names_of_their_own_in_files()
    {
        const string Twice = "SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a, 5 AS b";
        Assert.Equal("{\"a\":1,\"a_2\":2,\"a_1\":3,\"a_3\":4,\"b\":5}\n", await TextAsync(RowFormat.JsonLines, Twice));
        Assert.Equal("a,a_2,a_1,a_3,b\n1,2,3,4,5\n", await TextAsync(RowFormat.Csv, Twice));
        Assert.StartsWith("a  a  a_1  a  b\n", await TextAsync(RowFormat.Table, Twice), StringComparison.Ordinal);
        using var arrow = new ArrowFileReader(new MemoryStream(await BytesAsync(RowFormat.Arrow, Twice)));
        using var batch = await arrow.ReadNextRecordBatchAsync(LakeBed.Cancellation);
        Assert.Equal(["a", "a_2", "a_1", "a_3", "b"], batch.Schema.FieldsList.Select(f => f.Name));
        using var folder = new TestKit.TemporaryFolder();
        var path = Path.Combine(folder.Path, "x.parquet");
        await File.WriteAllBytesAsync(path, await BytesAsync(RowFormat.Parquet, Twice), LakeBed.Cancellation);
        using var parquet = new FileReader(path);
        Assert.Equal(["a", "a_2", "a_1", "a_3", "b"], parquet.Schema.FieldsList.Select(f => f.Name));
    }

    [Fact]
    public async Task Text_stands_in_columns_numbers_to_the_right_wide_characters_as_two()
    {
        var text = await TextAsync(RowFormat.Table, "SELECT * FROM (VALUES (1, '店', repeat('x', 70)), (100, e'a\\nb', NULL)) t(number, shop, long)");
        Assert.Equal(
            $"number  shop  long\n------  ----  {new string('-', 60)}\n     1  店    {new string('x', 59)}…\n   100  a b   null\n",
            text);
    }

    [Fact]
    public async Task Arrow_and_Parquet_files_hold_the_rows_of_many_batches()
    {
        const string Many = "SELECT range AS id, CAST(range AS VARCHAR) AS t, [range] AS l FROM range(10000)";
        var arrow = await BytesAsync(RowFormat.Arrow, Many);
        using var reader = new ArrowFileReader(new MemoryStream(arrow));
        var ids = new List<long>();
        while (await reader.ReadNextRecordBatchAsync(LakeBed.Cancellation) is { } batch) ids.AddRange(((Int64Array)batch.Column(0)).Values);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (long)i), ids.Order());
        using var folder = new TestKit.TemporaryFolder();
        var path = Path.Combine(folder.Path, "x.parquet");
        await File.WriteAllBytesAsync(path, await BytesAsync(RowFormat.Parquet, Many), LakeBed.Cancellation);
        using var parquet = new FileReader(path);
        Assert.Equal((10_000L, 1), (parquet.ParquetReader.FileMetaData.NumRows, parquet.NumRowGroups));
    }

    [Fact]
    public async Task A_result_without_rows_is_a_whole_file_of_each_kind()
    {
        foreach (var format in Enum.GetValues<RowFormat>()) Assert.Equal(format == RowFormat.JsonLines, (await BytesAsync(format, "SELECT 1 AS a WHERE false")).Length == 0);
    }

    private async Task<string> TextAsync(RowFormat format, string sql) => Encoding.UTF8.GetString(await BytesAsync(format, sql));

    private async Task<byte[]> BytesAsync(RowFormat format, string sql)
    {
        var stream = new MemoryStream();
        await using var rows = await QueryBed.Of(_bed.Catalog).RunAsync(sql, LakeBed.Cancellation);
        await rows.WriteToAsync(format, stream, null, LakeBed.Cancellation);
        return stream.ToArray();
    }
}
