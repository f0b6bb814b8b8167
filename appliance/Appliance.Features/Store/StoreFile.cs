namespace Appliance.Features.Store;

/// <summary>What the disk says of a file, where a fault must not be taken for an answer.</summary>
internal static class StoreFile
{
    /// <summary>Whether the file is there. Unlike <see cref="File.Exists"/>, which says no when the disk cannot say.</summary>
    /// <exception cref="IOException">The disk cannot say.</exception>
    public static bool Exists(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return true;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The fault with the file's name in its sentence.</summary>
    public static IOException Named(IOException fault, string path) =>
        fault.Message.Contains(path, StringComparison.Ordinal) ? fault : new IOException($"'{path}': {fault.Message}", fault) { HResult = fault.HResult };
}
