namespace Lake.Import.Sources;

/// <summary>A row that does not become one of the table, and why. Immutable.</summary>
/// <param name="Row">Its number among the rows of its file, from 1.</param>
/// <param name="Line">The line that it begins at, from 1; null where the format has none.</param>
/// <param name="Offset">The byte that it begins at, of the decompressed file; null where that is not known.</param>
/// <param name="Raw">Its text, cut; null where it has none.</param>
/// <param name="Column">The column that is wrong; null for the row as a whole.</param>
/// <param name="Value">Its value, cut.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Rule">What it must be.</param>
internal sealed record BadRow(long Row, long? Line, long? Offset, string? Raw, string? Column, string? Value, string Reason, string Rule);
