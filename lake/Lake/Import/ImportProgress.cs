namespace Lake.Import;

/// <summary>How far an import is.</summary>
/// <param name="Files">Files done.</param>
/// <param name="FilesTotal">Files of the import.</param>
/// <param name="Bytes">Bytes read, as the files have them.</param>
/// <param name="BytesTotal">Bytes of all files.</param>
/// <param name="Rows">Good rows.</param>
/// <param name="BadRows">Rows for the quarantine.</param>
/// <param name="RowsPerSecond">Rows read a second, of this run.</param>
/// <param name="TimeLeft">What is left, by bytes; null before there is anything to tell it from.</param>
public readonly record struct ImportProgress(int Files, int FilesTotal, long Bytes, long BytesTotal, long Rows, long BadRows, double RowsPerSecond, TimeSpan? TimeLeft);
