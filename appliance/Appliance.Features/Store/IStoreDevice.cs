using Microsoft.Win32.SafeHandles;

namespace Appliance.Features.Store;

/// <summary>
/// The file operations that the store does: the seam for a disk that fails. Every operation throws <see cref="IOException"/> on a fault; all are
/// thread-safe.
/// </summary>
public interface IStoreDevice
{
    /// <summary>Opens a file for reading and writing; makes it when absent.</summary>
    SafeFileHandle Open(string path);

    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Reads up to the end of the file; returns the bytes read.</summary>
    int Read(SafeFileHandle file, Span<byte> bytes, long offset);

    /// <summary>Reads what needs no wait for the disk; false where it would wait, or the system cannot say.</summary>
    bool TryReadCached(SafeFileHandle file, Span<byte> bytes, long offset);

    /// <summary>
    /// Returns once those bytes have left the system's cache for the disk, so that no backlog forms which others wait behind. Durable only after
    /// <see cref="Sync"/>; a fault here counts as one of that, since the system tells of a failed write once.
    /// </summary>
    void WriteOut(SafeFileHandle file, long offset, long bytes);

    /// <summary>Returns once the file's data are on the disk.</summary>
    void Sync(SafeFileHandle file);

    /// <summary>Returns once the names in the folder are on the disk.</summary>
    void SyncFolder(string folder);

    void Rename(string from, string to);

    /// <summary>Deletes a file; no fault where there is none.</summary>
    void Delete(string path);
}
