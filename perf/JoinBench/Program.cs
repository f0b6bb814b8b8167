using System.Diagnostics;
using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using DuckDB.NET.Data;
using FeatureModel.Definitions;
using Lake;
using Lake.Catalog;
using Lake.Columns;
using Lake.PointInTime;
using Lake.Query;
using Lake.Storage;
using Lake.Types;
using Lake.Write;
using Table = Lake.Table;

// join-bench [rounds] [shuffled]: a point-in-time join of 1,000,000 rows to 5,000,000 without ties, against an ASOF join of the engine alone over the same files. Sides take turns; medians.
// Rows come in the order of their times, or shuffled.
const int SpineRows = 1_000_000, FeatureRows = 5_000_000, Entities = 10_000;
const string Definitions = """
    {
      "entities": [ { "name": "member", "joinKeys": [ { "name": "id", "type": "int64" } ] } ],
      "sources": [ { "name": "values", "kind": "file", "path": "bench.features", "fields": [ { "name": "value", "type": "double" } ] } ],
      "featureViews": [ { "name": "view", "kind": "batch", "entities": ["member"], "source": "values", "ttl": "1d", "features": [ { "name": "value", "type": "double" } ] } ]
    }
    """;
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
var isShuffled = args.Length > 1 && (args[1] == "shuffled" ? true : throw new ArgumentException($"the second argument is '{args[1]}'; it must be 'shuffled' or absent"));
var folder = Directory.CreateTempSubdirectory("join-bench").FullName;
try
{
    var lake = new FileCatalog(new LocalStorage(), folder);
    NestedField[] columns = [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Required(2, "event_time", PrimitiveType.TimestampTz), NestedField.Optional(3, "value", PrimitiveType.Double)];
    // Each time once, so that nothing ties.
    await FillAsync("bench.features", columns, FeatureRows, step: 2_000, new Random(1));
    await FillAsync("bench.spine", [columns[0], columns[1] with { Name = "event_timestamp" }, columns[2] with { Name = "label" }], SpineRows, step: 10_000, new Random(2));
    var definitions = new DefinitionCatalog(DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "bench").Definitions);
    var request = new JoinRequest(JoinSpine.Of(new TableAt(TableName.Parse("bench.spine"))), FeatureChoice.Of(definitions, ["view"]));
    var limits = new QueryLimits { MemoryBytes = 4L << 30, StagingFolder = Path.Combine(folder, "staging") };
    List<double> raw = [], first = [], again = [];
    for (var round = 0; round < rounds; round++)
    {
        raw.Add(await TimeAsync(RawAsync));
        var join = new PointInTimeJoin(lake, definitions, limits);
        first.Add(await TimeAsync(() => JoinAsync(join)));
        again.Add(await TimeAsync(() => JoinAsync(join)));
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"engine alone {Median(raw):F3} s; join {Median(first):F3} s, {Median(first) / Median(raw):F2} times; again over the same snapshot {Median(again):F3} s, {Median(again) / Median(raw):F2} times"));

    async Task FillAsync(string name, NestedField[] fields, int rows, long step, Random random)
    {
        var table = await Table.CreateAsync(lake, TableName.Parse(name), new TableDefinition(new TableSchema(0, fields)), TimeProvider.System, default) ?? throw new InvalidOperationException(name);
        var order = Enumerable.Range(0, rows).ToArray();
        if (isShuffled) random.Shuffle(order);
        await table.AppendAsync(Batches(table.Schema.Fields, order, step, random), default);
    }

    async Task RawAsync()
    {
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        string Files(string name) => $"read_parquet('{folder}/bench/{name}/data/*.parquet')";
        command.CommandText = $"SET memory_limit = '4GB'; CREATE TABLE joined AS SELECT s.*, f.value FROM {Files("spine")} AS s ASOF LEFT JOIN {Files("features")} AS f ON s.id = f.id AND s.event_timestamp >= f.event_time";
        await command.ExecuteNonQueryAsync();
    }

    async Task JoinAsync(PointInTimeJoin join)
    {
        var rows = 0;
        await using var joined = await join.RunAsync(request, null, default);
        await foreach (var batch in joined.ReadAsync(default))
        {
            using (batch) rows += batch.Length;
        }
        if (rows != SpineRows) throw new InvalidOperationException($"the join gave {rows} rows");
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static IEnumerable<RecordBatch> Batches(IReadOnlyList<NestedField> fields, int[] order, long step, Random random)
{
    const int Size = 100_000;
    for (var start = 0; start < order.Length; start += Size)
    {
        var (ids, times, values) = (new long[Size], new long[Size], new double[Size]);
        for (var i = 0; i < Size; i++) (ids[i], times[i], values[i]) = (random.Next(Entities), 1_700_000_000_000_000 + (order[start + i] * step), random.NextDouble());
        yield return new RecordBatch(ArrowSchema.Of(fields), [Column(Int64Type.Default, ids), Column(new TimestampType(TimeUnit.Microsecond, "UTC"), times), Column(DoubleType.Default, values)], Size);
    }
}

static IArrowArray Column<T>(IArrowType type, T[] values)
    where T : struct => ArrowArrayFactory.BuildArray(new ArrayData(type, values.Length, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer.Builder<T>().AppendRange(values).Build()]));

static async Task<double> TimeAsync(Func<Task> work)
{
    var start = Stopwatch.GetTimestamp();
    await work();
    return Stopwatch.GetElapsedTime(start).TotalSeconds;
}

static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);
