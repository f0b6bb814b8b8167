using Lake.Types;

namespace Lake.Import;

/// <summary>What an import would do. Immutable.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Files">Locations of its files, in their order.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="IsNewTable">Whether the table would be made.</param>
/// <param name="Schema">The table's columns, or those that it would have.</param>
public sealed record ImportPreview(string Id, IReadOnlyList<string> Files, long Bytes, bool IsNewTable, TableSchema Schema);
