namespace Lake.Files.Parquet.Checks;

/// <summary>The pages of one column in one row group.</summary>
/// <param name="Leaf">Place of the column among the primitive ones.</param>
/// <param name="Start">Where they begin in the file, the dictionary's before the others.</param>
/// <param name="Length">Their bytes, headers included.</param>
internal readonly record struct ColumnChunk(int Leaf, long Start, long Length);
