namespace Lake.Objects;

/// <summary>What a collection of unreferenced objects did. Immutable.</summary>
/// <param name="Objects">Objects that were there before.</param>
/// <param name="Marked">Objects that were found unreferenced for the first time.</param>
/// <param name="Kept">Objects that are referenced again.</param>
/// <param name="Removed">Objects that went.</param>
/// <param name="FilesRemoved">Files that went: those of the objects, and what puts that were cut off left.</param>
/// <param name="BytesRemoved">Their bytes.</param>
public sealed record CollectionReport(long Objects, long Marked, long Kept, long Removed, long FilesRemoved, long BytesRemoved);
