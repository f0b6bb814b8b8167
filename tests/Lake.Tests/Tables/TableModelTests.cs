using System.Globalization;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Foreign;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Tables;

public class TableModelTests : IDisposable
{
    /// <summary>Changes of a run; fewer where each takes long.</summary>
    private const int Steps = 25, SlowSteps = 8;

    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "k", PrimitiveType.Long),
        NestedField.Optional(2, "shop", PrimitiveType.String),
        NestedField.Optional(3, "n", PrimitiveType.Int),
    ]);

    private static readonly PartitionSpec Spread = new(0, [new PartitionField(2, 1000, "shop", Transform.Identity), new PartitionField(1, 1001, "k_bucket", Transform.Bucket(2))]);

    private readonly LakeBed _bed;
    private readonly TableModel _model = new();

    public TableModelTests()
        : this(new LocalPlace())
    {
    }

    private protected TableModelTests(TablePlace place) => _bed = new LakeBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Random_changes_leave_the_rows_that_plain_memory_has_now_and_at_every_snapshot(int seed, bool isPartitioned)
    {
        var random = new Random(seed);
        var rows = new RandomRows(random);
        var properties = new Dictionary<string, string> { ["commit.manifest.min-count-to-merge"] = "4", ["write.delete.granularity"] = seed % 2 == 0 ? "file" : "partition" };
        var table = await _bed.CreateAsync(Schema, isPartitioned ? Spread : null, properties);
        for (var step = 0; step < (_bed.Place.IsLocal ? Steps : SlowSteps); step++)
        {
            var before = table;
            var what = random.Next(14);
            table = what switch
            {
                < 3 => await AppendAsync(table, rows, random),
                < 6 => await DeleteAsync(table, rows, Mode(random)),
                < 8 => await OverwriteAsync(table, rows, random),
                < 11 => await UpsertAsync(table, rows, random),
                < 12 => await ReshapeAsync(table, random, step),
                _ => await CompactAsync(table, random),
            };
            _model.Commit(table);
            Assert.True(_model.Lines(table.Schema.Fields).SequenceEqual(TableModel.Lines(await LakeBed.ReadAsync(table))), $"seed {seed}, step {step}, kind {what}: the table has other rows than the model");
            var (filter, answer) = rows.Filter(table.Schema.Fields);
            var chosen = TableModel.Lines(_model.Rows.Where(r => answer(r) == true).Select(r => table.Schema.Fields.Select(c => r.GetValueOrDefault(c.Id)).ToArray()));
            Assert.True(chosen.SequenceEqual(TableModel.Lines(await LakeBed.ReadAsync(table, new ScanRequest { Filter = filter }))), $"seed {seed}, step {step}: {filter} finds other rows than in the model");
        }
        foreach (var id in _model.Snapshots) Assert.Equal(_model.LinesOf(id), TableModel.Lines(await LakeBed.ReadAsync(table, new ScanRequest { SnapshotId = id })));
        Assert.Equal(table.Metadata.Snapshots.Count, _model.Snapshots.Count());
        if (_bed.Place.IsLocal && ForeignReaders.IsInstalled("icebird")) await OthersReadAsync(table);
    }

    // Rows by icebird, manifests by avsc, data files by DuckDB: what the changes left, whatever they were.
    private async Task OthersReadAsync(Table table)
    {
        Assert.Equal(_model.Lines(table.Schema.Fields), await ForeignTables.LinesAsync(table));
        var snapshot = table.Metadata.CurrentSnapshot!;
        var manifests = await ManifestFiles.ListAsync(table.Storage, table.Metadata, snapshot, LakeBed.Cancellation);
        Assert.Equal(manifests.Select(m => m.Path), (await ForeignReaders.ReadAvroAsync(snapshot.ManifestList!)).Skip(1).Select(l => l.GetProperty("manifest_path").GetString()));
        foreach (var manifest in manifests)
        {
            var entries = await ManifestFiles.EntriesAsync(table.Storage, table.Metadata, manifest, LakeBed.Cancellation);
            var read = (await ForeignReaders.ReadAvroAsync(manifest.Path)).Skip(1).Select(l => l.GetProperty("data_file"));
            Assert.Equal(entries.Select(e => (e.File.Path, Count: e.File.RecordCount)), read.Select(f => (f.GetProperty("file_path").GetString()!, long.Parse(f.GetProperty("record_count").GetString()!, CultureInfo.InvariantCulture))));
            foreach (var file in entries.Where(e => e.IsAlive).Select(e => e.File)) Assert.Equal(file.RecordCount, ForeignTables.RowsByDuckDb(file.Path));
        }
    }

    private async Task<Table> AppendAsync(Table table, RandomRows rows, Random random)
    {
        var batches = Enumerable.Range(0, random.Next(1, 3)).Select(_ => rows.Next(table.Schema.Fields, random.Next(1, 20), distinct: false)).ToList();
        foreach (var batch in batches) _model.Add(table.Schema.Fields, batch);
        return await table.AppendAsync(batches.Select(b => LakeBed.Rows(table.Schema.Fields, b)), LakeBed.Cancellation);
    }

    private async Task<Table> DeleteAsync(Table table, RandomRows rows, RowChangeRequest request)
    {
        var (filter, answer) = rows.Filter(table.Schema.Fields);
        _model.Remove(answer);
        return await table.DeleteAsync(filter, request, LakeBed.Cancellation);
    }

    private async Task<Table> OverwriteAsync(Table table, RandomRows rows, Random random)
    {
        var (filter, answer) = rows.Filter(table.Schema.Fields);
        var added = rows.Next(table.Schema.Fields, random.Next(0, 8), distinct: false);
        _model.Remove(answer);
        _model.Add(table.Schema.Fields, added);
        return await table.OverwriteAsync(filter, [LakeBed.Rows(table.Schema.Fields, added)], Mode(random), LakeBed.Cancellation);
    }

    private async Task<Table> UpsertAsync(Table table, RandomRows rows, Random random)
    {
        var added = rows.Next(table.Schema.Fields, random.Next(1, 15), distinct: true);
        var keys = added.Select(r => r[0]).ToHashSet();
        _model.Remove(r => keys.Contains(r[1]));
        _model.Add(table.Schema.Fields, added);
        return await table.UpsertAsync([LakeBed.Rows(table.Schema.Fields, added)], ["k"], Mode(random) with { MaxKeyBytes = random.Next(2) == 0 ? 200 : 1 << 20 }, LakeBed.Cancellation);
    }

    private static async Task<Table> ReshapeAsync(Table table, Random random, int step)
    {
        var last = table.Schema.Fields[^1];
        return random.Next(5) switch
        {
            0 => await table.ChangeSchemaAsync(s => s.Add(null, $"c{step}", PrimitiveType.String).MoveAfter($"c{step}", "k"), LakeBed.Cancellation),
            1 => await table.ChangeSchemaAsync(s => s.Rename(last.Name, $"r{step}"), LakeBed.Cancellation),
            2 when last.Type.Kind == TypeKind.Int => await table.ChangeSchemaAsync(s => s.Widen(last.Name, PrimitiveType.Long), LakeBed.Cancellation),
            3 when table.Schema.Fields.FirstOrDefault(f => f.Id > 3) is { } extra => await table.ChangeSchemaAsync(s => s.Drop(extra.Name), LakeBed.Cancellation),
            _ when table.Metadata.DefaultSpec.Fields.FirstOrDefault(f => f.SourceId == 1) is { } part => await table.ChangePartitionsAsync(p => p.Remove(part.Name), LakeBed.Cancellation),
            _ => await table.ChangePartitionsAsync(p => p.Add("k", Transform.Truncate(random.Next(5, 20)), $"p{step}"), LakeBed.Cancellation),
        };
    }

    private static async Task<Table> CompactAsync(Table table, Random random)
    {
        var column = table.Schema.Fields[random.Next(table.Schema.Fields.Count)].Name;
        var request = new CompactionRequest { MinInputFiles = random.Next(2, 4), DeletedShare = 0.2, MaxDeleteFiles = random.Next(3), MaxCommits = random.Next(1, 4), Parallelism = random.Next(1, 3) };
        if (random.Next(2) == 0) request = request with { Strategy = CompactionStrategy.Sort, SortBy = [new SortColumn(column) { IsDescending = random.Next(2) == 0 }] };
        await new Compaction(table).RunAsync(request, null, LakeBed.Cancellation);
        return await table.RefreshAsync(LakeBed.Cancellation);
    }

    private static RowChangeRequest Mode(Random random) => new() { Mode = random.Next(2) == 0 ? RowDeleteMode.CopyOnWrite : RowDeleteMode.MergeOnRead };
}
