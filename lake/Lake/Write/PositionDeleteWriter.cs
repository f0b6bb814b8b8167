using Apache.Arrow;
using Lake.Columns;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Scan;
using Lake.Storage;
using Lake.Types;

namespace Lake.Write;

/// <summary>Writes the places of deleted rows into position delete files: by path, then position, in the partition of their data files. Used by one thread.</summary>
internal sealed class PositionDeleteWriter(Table table, WriteOptions options)
{
    /// <summary>Rows of a batch at most. 65,536: some 10 MB with long paths.</summary>
    private const int BatchRows = 65_536;

    // A path that is cut short would no more tell which file the deletes are about.
    private static readonly Dictionary<int, MetricsMode> Modes = new() { [PositionDeletes.PathId] = new(true, true, 0), [PositionDeletes.PositionId] = new(true, true, 0) };

    private readonly Apache.Arrow.Schema _schema = ArrowSchema.Of(PositionDeletes.Schema);

    /// <summary>Writes them; what was written is deleted where not all could be.</summary>
    public async Task<IReadOnlyList<DataFile>> WriteAsync(IReadOnlyList<MarkedFile> files, CancellationToken cancellation)
    {
        var written = new List<DataFile>();
        try
        {
            foreach (var group in Groups(files)) written.Add(await WriteOneAsync(group, cancellation));
            return written;
        }
        catch
        {
            await UnusedFiles.DeleteAsync(table.Storage, written.Select(f => f.Path));
            throw;
        }
    }

    // By the bytes of UTF-8, as the specification orders strings.
    private IEnumerable<List<MarkedFile>> Groups(IReadOnlyList<MarkedFile> files)
    {
        var byFile = RowChangeProperties.DeletesByFile(table.Metadata.Properties);
        return files.OrderBy(f => f.Task.File.Path, PathComparer.Instance)
            .GroupBy(f => (f.Task.File.SpecId, f.Task.File.Partition, Path: byFile ? f.Task.File.Path : null))
            .Select(g => g.ToList());
    }

    private async Task<DataFile> WriteOneAsync(List<MarkedFile> files, CancellationToken cancellation)
    {
        var first = files[0].Task.File;
        var folder = PartitionPath.Of(table.Metadata.Spec(first.SpecId), table.Metadata.PartitionType(first.SpecId), first.Partition);
        using var writer = await ParquetDataWriter.CreateAsync(table.Storage, $"{options.DataLocation}/{folder}{Guid.NewGuid():D}-deletes.parquet", PositionDeletes.Schema, options.Parquet, Modes, cancellation);
        foreach (var file in files)
        {
            foreach (var positions in file.Positions().Chunk(BatchRows)) writer.Write(Batch(file.Task.File.Path, positions));
        }
        var deletes = await writer.FinishAsync(cancellation);
        return deletes with
        {
            Content = FileContent.PositionDeletes,
            SpecId = first.SpecId,
            Partition = first.Partition,
            ReferencedDataFile = files.Count == 1 ? first.Path : null,
        };
    }

    private RecordBatch Batch(string path, long[] positions)
    {
        var paths = new StringArray.Builder();
        var places = new Int64Array.Builder().Reserve(positions.Length);
        foreach (var position in positions)
        {
            paths.Append(path);
            places.Append(position);
        }
        return new RecordBatch(_schema, [paths.Build(), places.Build()], positions.Length);
    }

    private sealed class PathComparer : IComparer<string>
    {
        public static readonly PathComparer Instance = new();

        public int Compare(string? x, string? y) => Values.SingleValue.Compare(PrimitiveType.String, x!, y!);
    }
}
