using System.Numerics;
using ParquetSharp;

namespace Lake.Files.Parquet;

/// <summary>How many rows of a row group a batch may have, by what its footer says of their width. Pure.</summary>
internal static class BatchRows
{
    /// <summary>Bytes of a batch at most, about; one row at least. 32 MiB: batches of 65,536 rows of 512 bytes are not cut.</summary>
    public const long MaxBytes = 32 << 20;

    /// <summary>Bytes of a value of a dictionary of which no bounds are told. 1 MiB: writers end dictionaries there.</summary>
    private const long DictionaryBytes = 1 << 20;

    /// <param name="group">The row group.</param>
    /// <param name="leaves">Its primitive columns that are read.</param>
    /// <param name="most">Rows at most.</param>
    /// <returns>That many, or a power of two below.</returns>
    public static int Of(RowGroupMetaData group, IReadOnlyList<int> leaves, int most)
    {
        if (group.NumRows == 0) return most;
        var bytes = 0.0;
        foreach (var leaf in leaves)
        {
            using var chunk = group.GetColumnChunkMetaData(leaf);
            bytes += Math.Max(chunk.TotalUncompressedSize, Repeated(chunk));
        }
        var fit = MaxBytes / Math.Max(bytes / group.NumRows, 1);
        return fit >= most ? most : 1 << BitOperations.Log2((uint)Math.Max(fit, 1));
    }

    // Values of a dictionary stand there once, and in a batch as often as there are rows. Of long ones writers give no bounds.
    private static double Repeated(ColumnChunkMetaData chunk)
    {
        if (chunk.Type != PhysicalType.ByteArray || !chunk.Encodings.Any(e => e is Encoding.RleDictionary or Encoding.PlainDictionary)) return 0;
        using var statistics = chunk.Statistics;
        if (statistics is not null && statistics.NullCount == chunk.NumValues) return 0;
        var longest = statistics is Statistics<ByteArray> { HasMinMax: true } known ? Math.Max(known.Min.Length, known.Max.Length) : Math.Min(chunk.TotalUncompressedSize, DictionaryBytes);
        return (double)longest * chunk.NumValues;
    }
}
