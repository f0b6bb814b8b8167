using Apache.Arrow;

namespace Lake.Scan;

/// <summary>A part of a data file.</summary>
/// <param name="Batch">All rows of the part, deleted ones among them; the receiver's to dispose.</param>
/// <param name="Position">Place of its first row in the file.</param>
/// <param name="Rows">Places in the batch of the rows that stay; null for all of them.</param>
internal readonly record struct FileBatch(RecordBatch Batch, long Position, int[]? Rows);
