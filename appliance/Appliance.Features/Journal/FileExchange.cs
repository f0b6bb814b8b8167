using System.Runtime.InteropServices;

namespace Appliance.Features.Journal;

/// <summary>Gives two files each other's names in one step, for which the framework has no call.</summary>
internal static partial class FileExchange
{
    // AT_FDCWD and RENAME_EXCHANGE of Linux.
    private const int WorkingDirectory = -100;
    private const uint Exchange = 2;

    /// <summary>False where the system or the file system cannot do that, or one of the files is not there; nothing has changed then.</summary>
    public static bool TryExchange(string one, string other)
    {
        try
        {
            return Rename(WorkingDirectory, one, WorkingDirectory, other, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int folder, string path, int otherFolder, string otherPath, uint flags);
}
