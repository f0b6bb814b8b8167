namespace Lake.Import.Staging;

/// <summary>How far an import is: files done, and rows done of the next one. Ordered.</summary>
/// <param name="File">Files that are done.</param>
/// <param name="Row">Rows of the file behind them that are done.</param>
internal readonly record struct ImportPosition(int File, long Row) : IComparable<ImportPosition>
{
    public int CompareTo(ImportPosition other) => File == other.File ? Row.CompareTo(other.Row) : File.CompareTo(other.File);
}
