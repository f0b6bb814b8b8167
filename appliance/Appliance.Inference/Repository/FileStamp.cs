namespace Appliance.Inference.Repository;

/// <summary>What tells a file's content apart from an earlier one without reading it.</summary>
/// <param name="Path">Relative to the model folder, with forward slashes.</param>
/// <param name="Bytes">Of the file that the path leads to; -1 where a link leads nowhere.</param>
/// <param name="ModifiedNs">Nanoseconds since 1970 of its last change, in the file system's own resolution, 100 at best.</param>
public readonly record struct FileStamp(string Path, long Bytes, long ModifiedNs);
