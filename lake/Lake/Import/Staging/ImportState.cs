using Lake.Import.Sources;

namespace Lake.Import.Staging;

/// <summary>What an import has staged so far. Immutable.</summary>
/// <param name="SnapshotId">The head of its branch.</param>
/// <param name="Settings">The mark of its settings.</param>
/// <param name="Position">How far it is.</param>
/// <param name="Rows">Good rows.</param>
/// <param name="BadRows">Bad rows.</param>
/// <param name="Files">The files that it began, as they were, in their order.</param>
internal sealed record ImportState(long SnapshotId, string Settings, ImportPosition Position, long Rows, long BadRows, IReadOnlyList<InputFile> Files);
