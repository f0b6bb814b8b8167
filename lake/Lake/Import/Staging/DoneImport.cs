namespace Lake.Import.Staging;

/// <summary>An import that a table has.</summary>
/// <param name="AtMs">When it came, ms since 1970.</param>
/// <param name="Files">Its files.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="BadRows">Rows that went to quarantine.</param>
/// <param name="Mark">The mark of its files.</param>
internal sealed record DoneImport(long AtMs, int Files, long Rows, long BadRows, string Mark);
