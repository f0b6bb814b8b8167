using System.Globalization;
using System.Text;
using Lake.Import;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

public sealed class CsvRoundTripTests : IDisposable
{
    private const string Columns = "id long not null, name string, n int, x double, flag boolean, price decimal(12,3), tags list<string>, who struct<a: int not null, b: list<int>>";

    private static readonly string[] Pieces = ["a", "上海", "\"", ",", ";", "\r\n", "\n", " ", "", "\U0001F600", "'", "NULL"];

    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(1, '"')]
    [InlineData(2, '\'')]
    [InlineData(3, '"')]
    public async Task Random_rows_come_back_as_they_were_and_bad_ones_among_them_are_told(int seed, char quote)
    {
        var random = new Random(seed);
        var (text, good, bad) = (new StringBuilder("id;name;n;x;flag;price;tags;who\n"), new List<object?[]>(), new List<long>());
        for (var row = 1; row <= 600; row++)
        {
            var values = Row(random, row);
            var texts = Texts(values, quote);
            if (random.Next(10) == 0)
            {
                bad.Add(row);
                // Late columns too, so that what earlier ones got is taken back.
                var (column, wrong) = random.Next(5) switch { 0 => (0, ""), 1 => (2, "1.5"), 2 => (5, "1.2345"), 3 => (6, Quoted("[1, {}", quote)), _ => (7, Quoted("{\"a\": 1, \"b\": [1, 2, \"x\"]}", quote)) };
                texts[column] = wrong;
            }
            else
            {
                good.Add(values);
            }
            text.AppendJoin(';', texts).Append(random.Next(2) == 0 ? "\n" : "\r\n");
        }
        _bed.Write("a.csv", text.ToString());
        var request = _bed.Request("a.csv") with { Columns = Columns, BatchRows = 37, Csv = new CsvLayout { Delimiter = ';', Quote = quote }, BadRows = new BadRowLimit { MaxShare = 1 } };
        var report = await _bed.RunAsync(request);
        Assert.True(report.Rows == good.Count && report.BadRows == bad.Count, $"seed {seed}: {report.Rows} of {good.Count} good, {report.BadRows} of {bad.Count} bad");
        Assert.Equal(bad, (await _bed.QuarantineAsync("row")).Select(r => (long)r[0]!));
        var rows = (await _bed.RowsAsync()).OrderBy(r => r[0]).ToList();
        for (var i = 0; i < good.Count; i++) Assert.Equivalent(good[i], rows[i], strict: true);
    }

    private static object?[] Row(Random random, int row)
    {
        T? Maybe<T>(T value) => random.Next(5) == 0 ? default : value;
        List<object?> List(Func<object?> item) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => item())];
        return
        [
            (long)row,
            Maybe((object)string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pieces[random.Next(Pieces.Length)]))),
            Maybe((object)random.Next(int.MinValue, int.MaxValue)),
            Maybe((object)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)))),
            Maybe((object)(random.Next(2) == 0)),
            Maybe((object)new System.Numerics.BigInteger(random.NextInt64(-999_999_999_999, 999_999_999_999))),
            Maybe((object)List(() => random.Next(3) == 0 ? null : Pieces[random.Next(Pieces.Length)])),
            Maybe((object)new object?[] { random.Next(), random.Next(3) == 0 ? null : List(() => random.Next(3) == 0 ? null : random.Next(100)) }),
        ];
    }

    private static string[] Texts(object?[] values, char quote) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{values[0]}"),
        values[1] is string name ? Quoted(name, quote) : "",
        string.Create(CultureInfo.InvariantCulture, $"{values[2]}"),
        values[3] is double x ? x.ToString("R", CultureInfo.InvariantCulture) : "",
        values[4] is bool flag ? (flag ? "TRUE" : "false") : "",
        values[5] is System.Numerics.BigInteger price ? global::Lake.Values.ValueText.Write(global::Lake.Types.PrimitiveType.Decimal(12, 3), price) : "",
        values[6] is List<object?> tags ? Quoted(System.Text.Json.JsonSerializer.Serialize(tags), quote) : "",
        values[7] is object?[] who ? Quoted($"{{\"b\": {System.Text.Json.JsonSerializer.Serialize(who[1])}, \"a\": {who[0]}}}", quote) : "",
    ];

    private static string Quoted(string text, char quote) => $"{quote}{text.Replace($"{quote}", $"{quote}{quote}", StringComparison.Ordinal)}{quote}";
}
