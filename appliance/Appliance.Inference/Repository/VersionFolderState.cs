namespace Appliance.Inference.Repository;

/// <summary>A version folder as one scan found it. Immutable.</summary>
/// <param name="Version">The folder's name as a number, at least 1.</param>
/// <param name="Path">The folder.</param>
/// <param name="Files">Every file in it, by path.</param>
public sealed record VersionFolderState(long Version, string Path, IReadOnlyList<FileStamp> Files);
