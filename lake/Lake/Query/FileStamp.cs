namespace Lake.Query;

/// <summary>What a local file is known by for as long as no one writes to it: files of tables are written once and never changed. Immutable.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Length">Bytes; -1 for one that is gone.</param>
/// <param name="ModifiedAt">When it was written last, UTC.</param>
internal readonly record struct FileStamp(string Path, long Length, DateTime ModifiedAt)
{
    public static FileStamp Of(string path)
    {
        var stored = new FileInfo(path);
        // One that is gone has no length; opening it says so.
        return new FileStamp(path, stored.Exists ? stored.Length : -1, stored.LastWriteTimeUtc);
    }
}
