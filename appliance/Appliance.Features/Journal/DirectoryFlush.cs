using System.Runtime.InteropServices;

namespace Appliance.Features.Journal;

/// <summary>Brings a directory's entries to the disk, for which the framework has no call.</summary>
internal static partial class DirectoryFlush
{
    private const int ReadOnlyDirectory = 0x10000;

    public static void Flush(string folder)
    {
        var descriptor = Open(folder, ReadOnlyDirectory);
        if (descriptor < 0) throw Failure("open", folder);
        var failed = FSync(descriptor) != 0;
        var failure = failed ? Failure("flush", folder) : null;
        _ = Close(descriptor);
        if (failure is not null) throw failure;
    }

    private static IOException Failure(string verb, string folder)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"cannot {verb} the directory '{folder}': {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
