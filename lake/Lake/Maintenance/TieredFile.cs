using Lake.Scan;

namespace Lake.Maintenance;

/// <summary>A data file and its place among the tiers.</summary>
/// <param name="Task">The file with its deletes.</param>
/// <param name="AddedMs">When its rows were added, ms since 1970.</param>
/// <param name="From">The tier that it is in.</param>
/// <param name="To">The tier that it goes to.</param>
internal sealed record TieredFile(FileScanTask Task, long AddedMs, int From, int To);
