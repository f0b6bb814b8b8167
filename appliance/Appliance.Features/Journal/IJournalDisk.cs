namespace Appliance.Features.Journal;

/// <summary>
/// The files of one journal: numbered segments of bytes, and small named files that are replaced whole. Failures are
/// <see cref="IOException"/>s and <see cref="UnauthorizedAccessException"/>s. Thread-safe.
/// </summary>
internal interface IJournalDisk : IDisposable
{
    /// <summary>Segments that exist, in order.</summary>
    IReadOnlyList<int> Segments();

    /// <summary>Bytes of a segment; 0 where there is none.</summary>
    long Length(int segment);

    /// <summary>Makes the segment where there is none.</summary>
    void Write(int segment, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns once what was written to the segment is on the disk, the segment's existence included.</summary>
    void Flush(int segment);

    /// <summary>Reads as many bytes as there are; -1 where the segment does not exist.</summary>
    int Read(int segment, long offset, Span<byte> into);

    /// <summary>Cuts the segment's end off, on the disk.</summary>
    void Truncate(int segment, long length);

    void Delete(int segment);

    /// <summary>The content of a small file, with blanks behind it; null where there is none.</summary>
    byte[]? ReadFile(string name);

    /// <summary>
    /// Returns once the new content is on the disk; after a crash the file has either the old content or the new. Room for the next replacement is
    /// reserved, so that a full disk takes it, up to some kilobytes more than this one.
    /// </summary>
    void ReplaceFile(string name, ReadOnlySpan<byte> content);
}
