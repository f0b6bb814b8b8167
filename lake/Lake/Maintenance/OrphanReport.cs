using Lake.Storage;

namespace Lake.Maintenance;

/// <summary>Files in a table's folders that no snapshot reaches. Immutable.</summary>
/// <param name="FilesSeen">Files in the folders.</param>
/// <param name="Orphans">Those that go.</param>
/// <param name="TooYoung">Files that nothing reaches either, and that may be those of a commit that is going on.</param>
public sealed record OrphanReport(long FilesSeen, IReadOnlyList<StoredFile> Orphans, long TooYoung)
{
    /// <summary>Bytes of the files that go.</summary>
    public long Bytes => Orphans.Sum(f => f.Length);
}
