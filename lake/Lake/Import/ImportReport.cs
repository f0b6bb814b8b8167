using Lake.Catalog;

namespace Lake.Import;

/// <summary>What an import did. Immutable.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Table">The table with the rows.</param>
/// <param name="Files">Files of the import.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Rows">Rows that came into the table.</param>
/// <param name="BadRows">Rows that went to quarantine.</param>
/// <param name="Quarantine">The table that has them; null where there are none.</param>
/// <param name="WasDone">Whether it was done before: nothing was read then.</param>
/// <param name="ResumedAtRow">Rows that an earlier run had read; 0 for none.</param>
/// <param name="Elapsed">Time of this run.</param>
public sealed record ImportReport(string Id, Table Table, int Files, long Bytes, long Rows, long BadRows, TableName? Quarantine, bool WasDone, long ResumedAtRow, TimeSpan Elapsed);
