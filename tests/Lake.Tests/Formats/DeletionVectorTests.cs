using Lake.Commit;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Query;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Formats;

public sealed class DeletionVectorTests : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_table_with_deletion_vectors_is_refused_by_feature_and_version_and_never_read_without_them()
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]));
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L], [2L])], LakeBed.Cancellation);
        var data = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks[0].File;
        var vector = new DataFile { Content = FileContent.PositionDeletes, Format = "PUFFIN", Path = $"{table.Metadata.Location}/data/dv.puffin", Partition = PartitionTuple.Empty, RecordCount = 1, FileSizeInBytes = 100, ReferencedDataFile = data.Path };
        var change = new TableChange { Operation = SnapshotOperation.Delete };
        change.Added.Add(vector);
        table = await table.CommitAsync(change, LakeBed.Cancellation);
        var expected = $"{vector.Path} is a deletion vector, which format version 3 brought; this version does not read it";
        Assert.StartsWith(expected, (await Assert.ThrowsAsync<LakeFormatException>(() => LakeBed.ReadAsync(table))).Message, StringComparison.Ordinal);
        Assert.StartsWith(expected, (await Assert.ThrowsAsync<LakeFormatException>(() => QueryBed.LinesAsync(_bed.Catalog, "SELECT * FROM orders"))).Message, StringComparison.Ordinal);
        Assert.StartsWith(expected, (await Assert.ThrowsAsync<LakeFormatException>(() => new Lake.Maintenance.Compaction(table).RunAsync(new() { MinInputFiles = 2, MaxDeleteFiles = 0 }, null, LakeBed.Cancellation))).Message, StringComparison.Ordinal);
    }
}
