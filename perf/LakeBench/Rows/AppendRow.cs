using Lake;
using Lake.Write;
using LakeBench.Results;
using LakeBench.Sides;

namespace LakeBench.Rows;

/// <summary>Append of 2,000,000 rows of four columns, commit and fsync included, against DuckDB's appender and COPY.</summary>
internal sealed class AppendRow : IBenchRow
{
    private const int Count = 2_000_000;

    public string Name => "append";

    public async Task<IReadOnlyList<BenchLine>> RunAsync(BenchPlace place)
    {
        var columns = Payments.Columns(Count);
        var batches = Payments.Batches(columns);
        var table = await place.CreateAsync("bench.payments", new TableDefinition(Payments.Schema));
        var file = Path.Combine(place.Folder, "duck.parquet");
        using var duck = new DuckDb();
        var times = await Rounds.MediansAsync(
            place.Rounds,
            (null, async () => table = await table.AppendAsync(batches, CancellationToken.None)),
            (null, () =>
            {
                Duck(duck, columns, file);
                return Task.CompletedTask;
            }));
        var bytes = long.Parse(table.Metadata.CurrentSnapshot!.Summary["added-files-size"], System.Globalization.CultureInfo.InvariantCulture);
        return [new BenchLine("append 2,000,000 rows x 4 columns, commit and fsync included", times[0], ("DuckDB appender + COPY", times[1]), 1.0, $"zstd 1; {bytes >> 10} KiB, DuckDB's {new FileInfo(file).Length >> 10} KiB")];
    }

    private static void Duck(DuckDb duck, (long[] Ids, long[] Micros, double[] Amounts, string[] Names) columns, string file)
    {
        duck.Run("CREATE OR REPLACE TABLE payments (id BIGINT NOT NULL, \"at\" TIMESTAMP NOT NULL, amount DOUBLE, name VARCHAR)");
        using (var appender = duck.Connection.CreateAppender("payments"))
        {
            for (var i = 0; i < columns.Ids.Length; i++)
            {
                appender.CreateRow().AppendValue(columns.Ids[i]).AppendValue(DateTime.UnixEpoch.AddTicks(columns.Micros[i] * 10)).AppendValue(columns.Amounts[i]).AppendValue(columns.Names[i]).EndRow();
            }
        }
        duck.Run($"COPY payments TO '{file}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)");
    }
}
