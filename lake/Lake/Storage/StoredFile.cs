namespace Lake.Storage;

/// <summary>A file of a storage.</summary>
/// <param name="Location">Where it is, in the form that was asked with.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedAt">When it was written last.</param>
public readonly record struct StoredFile(string Location, long Length, DateTimeOffset ModifiedAt);
