using Apache.Arrow;
using Lake;
using Lake.Columns;
using Lake.Commit;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Query;
using Lake.Scan;
using Lake.Types;
using Lake.Write;
using LakeBench.Results;
using LakeBench.Sides;
using Table = Lake.Table;

namespace LakeBench.Rows;

/// <summary>A filter that touches one of 100 partitions, against a scan of all of them, plans included: by the library's scan, and by SQL.</summary>
internal sealed class PartitionRow : IBenchRow
{
    private const int Partitions = 100;

    /// <summary>Rows of a partition. 100,000: a file of about 1.7 MB, so that a full scan takes long beside a plan.</summary>
    private const int PartitionRows = 100_000;

    private static readonly TableSchema Schema = new(0, [.. Payments.Schema.Fields, NestedField.Required(5, "part", PrimitiveType.Int)]);

    public string Name => "partition";

    public async Task<IReadOnlyList<BenchLine>> RunAsync(BenchPlace place)
    {
        var table = await FilledAsync(place);
        var query = new LakeQuery(place.Catalog, new QueryLimits { Threads = Environment.ProcessorCount });
        var (one, all) = (new ScanRequest { Filter = Filter.Equal("part", 42) }, new ScanRequest());
        var (files, allFiles) = (await FilesAsync(table, one), await FilesAsync(table, all));
        var (queried, queriedAll) = (0, 0);
        var times = await Rounds.MediansAsync(
            place.Rounds,
            (null, () => ScanAsync(table, one, PartitionRows)),
            (null, () => ScanAsync(table, all, PartitionRows * Partitions)),
            (null, async () => queried = await QueryAsync(query, "SELECT count(*), sum(id), sum(amount), max(\"at\"), max(name) FROM bench.parted WHERE part = 42")),
            (null, async () => queriedAll = await QueryAsync(query, "SELECT count(*), sum(id), sum(amount), max(\"at\"), max(name) FROM bench.parted")));
        return
        [
            new BenchLine("filter touching 1 of 100 partitions, scan", times[0], ("full scan", times[1]), 0.05, $"{files} of {allFiles} files read"),
            new BenchLine("filter touching 1 of 100 partitions, SQL", times[2], ("the same over all", times[3]), 0.05, $"{queried} of {queriedAll} files read"),
        ];
    }

    private static async Task<Table> FilledAsync(BenchPlace place)
    {
        var table = await place.CreateAsync("bench.parted", new TableDefinition(Schema) { Spec = new PartitionSpec(0, [new PartitionField(5, 1000, "part", Transform.Identity)]) });
        var columns = Payments.Batches(Payments.Columns(PartitionRows), PartitionRows)[0];
        var arrow = ArrowSchema.Of(Schema);
        var change = new TableChange { Operation = SnapshotOperation.Append };
        await using var writer = new TableWriter(table);
        for (var part = 0; part < Partitions; part++)
        {
            var parts = new Int32Array.Builder().AppendRange(Enumerable.Repeat(part, PartitionRows)).Build();
            await writer.WriteAsync(new RecordBatch(arrow, [.. columns.Arrays, parts], PartitionRows), CancellationToken.None);
        }
        change.Added.AddRange(await writer.FinishAsync(CancellationToken.None));
        return await table.CommitAsync(change, CancellationToken.None);
    }

    private static async Task<int> FilesAsync(Table table, ScanRequest request) => (await TableScan.Of(table, request).PlanAsync(CancellationToken.None)).Tasks.Count;

    private static async Task ScanAsync(Table table, ScanRequest request, long expected)
    {
        var rows = 0L;
        await foreach (var batch in TableScan.Of(table, request).ReadAsync(CancellationToken.None))
        {
            using (batch) rows += batch.Length;
        }
        if (rows != expected) throw new InvalidOperationException($"a scan gave {rows} rows; the table has {expected} of them");
    }

    // Files that the query read.
    private static async Task<int> QueryAsync(LakeQuery query, string sql)
    {
        await using var rows = await query.RunAsync(sql, CancellationToken.None);
        await foreach (var batch in rows.ReadAsync(CancellationToken.None)) batch.Dispose();
        return rows.Reads.Sum(r => r.Files);
    }
}
