using Apache.Arrow;

namespace Lake.Import.Sources;

/// <summary>Some rows of a file, good and bad ones.</summary>
/// <param name="Rows">The good ones, with the columns that the file has, each with the table's field id; the receiver's to dispose.</param>
/// <param name="Bad">The others.</param>
/// <param name="NextRow">Rows of the file that were read so far, those that were skipped among them.</param>
/// <param name="BytesRead">Bytes of the file that were read so far.</param>
internal sealed record RowChunk(RecordBatch Rows, IReadOnlyList<BadRow> Bad, long NextRow, long BytesRead);
