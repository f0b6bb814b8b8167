using System.Text;
using Lake.Expressions;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Write;

public sealed class PositionDeleteWriterTests : IDisposable
{
    private readonly RowsBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("file", 3)]
    [InlineData("partition", 2)]
    public async Task Deletes_stand_by_path_and_position_in_the_partition_of_their_data_files(string granularity, int files)
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop, RowDeleteMode.MergeOnRead, ("write.delete.granularity", granularity));
        for (var commit = 0; commit < 2; commit++)
        {
            var rows = Enumerable.Range(0, 10).Select(i => ((long)((commit * 100) + i), commit == 0 ? "a" : i % 2 == 0 ? "a" : null, (int?)i)).ToArray();
            table = await table.AppendAsync([RowsBed.Rows(rows)], LakeBed.Cancellation);
        }
        table = await table.DeleteAsync(Filter.In("amount", 2, 3, 5, 8), null, LakeBed.Cancellation);
        var entries = await EntriesAsync(table);
        Assert.Equal(files, entries.Count);
        Assert.Equal(12, (await RowsBed.ReadAsync(table)).Count);
        foreach (var deletes in entries.Select(e => e.File))
        {
            Assert.Equal((FileContent.PositionDeletes, table.Metadata.DefaultSpecId, (int?)null), (deletes.Content, deletes.SpecId, deletes.SortOrderId));
            var places = await PlacesAsync(table, deletes);
            Assert.Equal(places.OrderBy(p => p.Path, StringComparer.Ordinal).ThenBy(p => p.Position), places);
            var paths = places.Select(p => p.Path).Distinct().ToList();
            Assert.Equal(paths.Count == 1 ? paths[0] : null, deletes.ReferencedDataFile);
            // Whole paths, not their first 16 characters.
            Assert.True(deletes.LowerBounds.TryGet(PositionDeletes.PathId, out var low));
            Assert.True(deletes.UpperBounds.TryGet(PositionDeletes.PathId, out var high));
            Assert.Equal((paths[0], paths[^1]), (Encoding.UTF8.GetString(low), Encoding.UTF8.GetString(high)));
            var data = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Where(t => paths.Contains(t.File.Path)).ToList();
            Assert.All(data, t => Assert.Equal(deletes.Partition, t.File.Partition));
            Assert.Equal(places.Count, deletes.RecordCount);
        }
    }

    [Fact]
    public void Marked_rows_are_told_once_each_and_in_order()
    {
        var file = new MarkedFile(new FileScanTask(new DataFile { Path = "f", RecordCount = 300, FileSizeInBytes = 1 }, 1, [], new BoundFilter.Constant(true))) { Alive = 4 };
        foreach (var position in new[] { 299L, 0, 64, 63, 64 }) file.Mark(position);
        Assert.Equal([0, 63, 64, 299], file.Positions());
        Assert.Equal((4L, true, true, false), (file.Count, file.IsWhole, file.IsMarked(63), file.IsMarked(65)));
    }

    private static async Task<List<ManifestEntry>> EntriesAsync(Table table)
    {
        var entries = new List<ManifestEntry>();
        foreach (var manifest in await ManifestFiles.ListAsync(table.Storage, table.Metadata, table.Metadata.CurrentSnapshot!, LakeBed.Cancellation))
        {
            if (manifest.Content == ManifestContent.Deletes) entries.AddRange(await ManifestFiles.EntriesAsync(table.Storage, table.Metadata, manifest, LakeBed.Cancellation));
        }
        return entries;
    }

    private static async Task<List<(string Path, long Position)>> PlacesAsync(Table table, DataFile deletes)
    {
        var places = new List<(string, long)>();
        using var reader = await ParquetDataReader.OpenAsync(table.Storage, deletes.Path, LakeBed.Cancellation);
        await foreach (var (batch, _) in reader.ReadAsync(PositionDeletes.Schema.Fields, null, LakeBed.Cancellation))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Length; i++) places.Add((((Apache.Arrow.StringArray)batch.Column(0)).GetString(i), ((Apache.Arrow.Int64Array)batch.Column(1)).Values[i]));
            }
        }
        return places;
    }
}
