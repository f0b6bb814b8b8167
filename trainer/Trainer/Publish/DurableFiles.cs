using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Trainer.Publish;

/// <summary>Writes that have reached the disk when the call returns.</summary>
internal static partial class DurableFiles
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Makes a folder's entries durable: what was created in it, or renamed into it.</summary>
    public static void SyncFolder(string path)
    {
        const int ReadOnlyFlag = 0;
        using var folder = new SafeFileHandle(open(path, ReadOnlyFlag), ownsHandle: true);
        if (folder.IsInvalid || fsync(folder) != 0)
        {
            var reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            throw new IOException($"{path}: the folder could not be synced ({reason}).");
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);
}
