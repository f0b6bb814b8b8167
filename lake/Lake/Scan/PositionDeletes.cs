using Apache.Arrow;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Storage;
using Lake.Types;

namespace Lake.Scan;

/// <summary>Position delete files: pairs of a data file's path and a row's position in it. Stateless.</summary>
internal static class PositionDeletes
{
    /// <summary>The specification's field id of a deleted row's file.</summary>
    public const int PathId = 2147483546;

    /// <summary>The specification's field id of a deleted row's position.</summary>
    public const int PositionId = 2147483545;

    public static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(PathId, "file_path", PrimitiveType.String),
        NestedField.Required(PositionId, "pos", PrimitiveType.Long),
    ]);

    /// <summary>The one data file that a delete file is about: named, or the same lowest and highest path; null where it may be about several.</summary>
    public static string? OnlyFile(DataFile deletes)
    {
        if (deletes.ReferencedDataFile is { } named) return named;
        return deletes.LowerBounds.TryGet(PathId, out var low) && deletes.UpperBounds.TryGet(PathId, out var high) && low.AsSpan().SequenceEqual(high) ? System.Text.Encoding.UTF8.GetString(low) : null;
    }

    /// <summary>Whether a delete file may be about a data file, by its bounds of paths.</summary>
    public static bool MayName(DataFile deletes, string path)
    {
        if (deletes.ReferencedDataFile is { } named) return named == path;
        var bytes = System.Text.Encoding.UTF8.GetBytes(path).AsSpan();
        return (!deletes.LowerBounds.TryGet(PathId, out var low) || bytes.SequenceCompareTo(low) >= 0) && (!deletes.UpperBounds.TryGet(PathId, out var high) || bytes.SequenceCompareTo(high) <= 0);
    }

    /// <summary>What is told of a deletion vector.</summary>
    public static string DeletionVector(DataFile deletes) =>
        $"{deletes.Path} is a deletion vector, which format version 3 brought; this version does not read it, and without it deleted rows would be seen: read the table with an engine of version 3, or rewrite its data files there";

    /// <summary>Marks the rows of one data file that a delete file names.</summary>
    /// <param name="storage">Where the delete file is.</param>
    /// <param name="deletes">The delete file.</param>
    /// <param name="dataFile">The data file.</param>
    /// <param name="deleted">A flag a row of it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task MarkAsync(ITableStorage storage, DataFile deletes, DataFile dataFile, bool[] deleted, CancellationToken cancellation)
    {
        if (deletes.Format is "PUFFIN" or "puffin") throw new LakeFormatException(DeletionVector(deletes));
        if (deletes.Format is not ("PARQUET" or "parquet")) throw new LakeFormatException($"{deletes.Path} is a delete file of format {deletes.Format}; PARQUET is read here");
        using var reader = await ParquetDataReader.OpenAsync(storage, deletes.Path, cancellation);
        await foreach (var (batch, _) in reader.ReadAsync(Schema.Fields, null, cancellation))
        {
            using (batch)
            {
                var (paths, positions) = ((StringArray)batch.Column(0), (Int64Array)batch.Column(1));
                var path = System.Text.Encoding.UTF8.GetBytes(dataFile.Path);
                for (var i = 0; i < batch.Length; i++)
                {
                    if (!paths.GetBytes(i).SequenceEqual(path)) continue;
                    var position = positions.Values[i];
                    if (position < 0 || position >= deleted.Length) throw new LakeFormatException($"{deletes.Path} deletes row {position} of {dataFile.Path}, which has {deleted.Length} rows");
                    deleted[position] = true;
                }
            }
        }
    }
}
