using System.Runtime.InteropServices;

namespace Appliance.Features.Registry;

/// <summary>Makes a folder's entries durable: a renamed file is on the disk only when its folder is too. .NET has no call for it.</summary>
internal static partial class FolderSync
{
    // O_CLOEXEC of Linux on x64 and arm64; O_RDONLY is 0.
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <exception cref="IOException">The disk refused.</exception>
    public static void Flush(string folder)
    {
        var descriptor = Open(folder, ReadOnlyCloseOnExec);
        if (descriptor < 0) throw Failed(folder, "opened");
        try
        {
            if (Fsync(descriptor) != 0) throw Failed(folder, "synced");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string folder, string what) =>
        new($"the folder {folder} cannot be {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
