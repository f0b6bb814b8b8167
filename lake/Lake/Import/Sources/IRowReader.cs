namespace Lake.Import.Sources;

/// <summary>Rows of one input file as rows of a table. Used by one thread.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>The rows in the order of the file, some at a time.</summary>
    /// <param name="firstRow">Rows to skip.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ImportException">The file is damaged beyond single rows; the message names it.</exception>
    IAsyncEnumerable<RowChunk> ReadAsync(long firstRow, CancellationToken cancellation);
}
