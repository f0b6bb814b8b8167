namespace Lake.Import.Staging;

/// <summary>An import that a table has. Immutable.</summary>
/// <param name="AtMs">When it came, ms since 1970.</param>
/// <param name="Files">Its files.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="BadRows">Rows that went to quarantine.</param>
/// <param name="Mark">The mark of its files.</param>
/// <param name="SequenceNumber">That of the snapshot that brought its rows; null where it brought none.</param>
internal sealed record DoneImport(long AtMs, int Files, long Rows, long BadRows, string Mark, long? SequenceNumber);
