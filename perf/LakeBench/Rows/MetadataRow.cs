using System.Globalization;
using Apache.Arrow;
using Lake;
using Lake.Columns;
using Lake.Commit;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Types;
using Lake.Values;
using Lake.Write;
using LakeBench.Results;
using Table = Lake.Table;

namespace LakeBench.Rows;

/// <summary>A table of 10,000 snapshots and 100,000 files in 100 partitions, of which there are the metadata alone: plans of one partition, and commits of an append.</summary>
internal sealed class MetadataRow : IBenchRow
{
    private const int Snapshots = 10_000, Files = 100_000, Partitions = 100, Commits = 20;

    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Required(2, "part", PrimitiveType.Int),
        NestedField.Optional(3, "amount", PrimitiveType.Double),
        NestedField.Optional(4, "name", PrimitiveType.String),
    ]);

    public string Name => "metadata";

    public async Task<IReadOnlyList<BenchLine>> RunAsync(BenchPlace place)
    {
        var table = await FilledAsync(place);
        var scattered = table.Metadata.CurrentSnapshotId!.Value;
        await new ManifestRewrite(table).RunAsync(new ManifestRewriteRequest(), null, CancellationToken.None);
        table = await table.RefreshAsync(CancellationToken.None);
        var (one, all) = (new ScanPlan([], 0, 0, 0), new ScanPlan([], 0, 0, 0));
        using var rows = Row();
        var times = await Rounds.MediansAsync(
            place.Rounds,
            (null, async () => one = await PlanAsync(table, null)),
            (null, async () => all = await PlanAsync(table, scattered)),
            (null, async () => table = await table.AppendAsync([rows], CancellationToken.None)),
            (null, async () => table = await table.RefreshAsync(CancellationToken.None)));
        return
        [
            new BenchLine("plan of one partition of 100, manifests rewritten", times[0], null, 0.2, $"{one.ManifestsRead} of {one.ManifestsRead + one.ManifestsSkipped} manifests read, {one.Tasks.Count} files"),
            new BenchLine("the same, every manifest with files of every partition", times[1], null, null, $"{all.ManifestsRead} of {all.ManifestsRead + all.ManifestsSkipped} manifests read, {all.Tasks.Count} files"),
            new BenchLine("commit of an append, Parquet file and fsync included", times[2], null, 0.1, $"{table.Metadata.Snapshots.Count} snapshots, metadata of {new FileInfo(table.Version.Location).Length >> 10} KiB"),
            new BenchLine("load of the table", times[3], null, null, ""),
        ];
    }

    private static Task<ScanPlan> PlanAsync(Table table, long? snapshotId) => TableScan.Of(table, new ScanRequest { Filter = Filter.Equal("part", 42), SnapshotId = snapshotId }).PlanAsync(CancellationToken.None);

    // Each commit has files of every partition.
    private static async Task<Table> FilledAsync(BenchPlace place)
    {
        var definition = new TableDefinition(Schema) { Spec = new PartitionSpec(0, [new PartitionField(2, 1000, "part", Transform.Identity)]) };
        var table = await place.CreateAsync("bench.big", definition);
        for (var commit = 0; commit < Commits; commit++)
        {
            var change = new TableChange { Operation = SnapshotOperation.Append };
            for (var i = 0; i < Files / Commits; i++) change.Added.Add(File(table.Metadata.Location, (commit * (Files / Commits)) + i));
            table = await table.CommitAsync(change, CancellationToken.None);
        }
        var first = table.Metadata.Snapshots[0];
        var older = Enumerable.Range(1, Snapshots - Commits - 1).Select(i => first with
        {
            SnapshotId = i,
            ParentSnapshotId = i == 1 ? null : i - 1,
            ManifestList = string.Create(CultureInfo.InvariantCulture, $"{table.Metadata.Location}/metadata/snap-{i}-{Guid.NewGuid():D}.avro"),
        }).ToList();
        var metadata = table.Metadata with
        {
            Snapshots = [.. older, .. table.Metadata.Snapshots],
            SnapshotLog = [.. older.Select(s => new SnapshotLogEntry(s.TimestampMs, s.SnapshotId)), .. table.Metadata.SnapshotLog],
        };
        await place.Catalog.TryReplaceAsync(table.Name, table.Version, metadata, CancellationToken.None);
        return await table.RefreshAsync(CancellationToken.None);
    }

    private static DataFile File(string location, int number)
    {
        var part = number % Partitions;
        var ids = (int[])[1, 2, 3, 4];
        return new DataFile
        {
            Path = string.Create(CultureInfo.InvariantCulture, $"{location}/data/part={part}/{number:00000000}-7f1c2c1e-5d0b-4b7e-9a53-b1c2d3e4f506.parquet"),
            Partition = new PartitionTuple([part]),
            RecordCount = 100_000,
            FileSizeInBytes = 4_000_000 + number,
            ColumnSizes = Map(ids, i => 1_000_000L + i),
            ValueCounts = Map(ids, _ => 100_000L),
            NullValueCounts = Map(ids, _ => 0L),
            NanValueCounts = Map([3], _ => 0L),
            LowerBounds = Map(ids, i => Bound(i, number, part, "a")),
            UpperBounds = Map(ids, i => Bound(i, number + 1, part, "z")),
            SplitOffsets = [4],
            SortOrderId = 0,
        };
    }

    private static ColumnMap<T> Map<T>(int[] ids, Func<int, T> value) => new([.. ids.Select(i => KeyValuePair.Create(i, value(i)))]);

    private static byte[] Bound(int field, int number, int part, string text) => field switch
    {
        1 => SingleValue.Encode(PrimitiveType.Long, number * 100_000L),
        2 => SingleValue.Encode(PrimitiveType.Int, part),
        3 => SingleValue.Encode(PrimitiveType.Double, number / 2.0),
        _ => SingleValue.Encode(PrimitiveType.String, $"{text} customer"),
    };

    private static RecordBatch Row() => new(ArrowSchema.Of(Schema),
    [
        new Int64Array.Builder().Append(1).Build(), new Int32Array.Builder().Append(42).Build(), new DoubleArray.Builder().Append(1.5).Build(), new StringArray.Builder().Append("one").Build(),
    ], 1);
}
