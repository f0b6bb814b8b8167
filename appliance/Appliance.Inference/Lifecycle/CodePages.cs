using System.Globalization;
using System.Runtime.InteropServices;

namespace Appliance.Inference.Lifecycle;

/// <summary>The pages of program code that the process has mapped from files.</summary>
internal static partial class CodePages
{
    private const int DontNeed = 4;

    /// <summary>
    /// Has the system count none of them as the process's. It maps sixteen pages around each that is run, so that behind the start nearly all code is
    /// mapped, most of which no request ever runs. What is run again is mapped again from the system's cache.
    /// </summary>
    public static void GiveBack()
    {
        try
        {
            // Executable and never written to: nothing can be lost.
            foreach (var line in File.ReadLines("/proc/self/maps"))
            {
                if (Parse(line) is var (start, bytes)) _ = Advise(start, bytes, DontNeed);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where /proc is closed they stay.
        }
    }

    /// <summary>A line of /proc/self/maps: start and length of what it describes, where that is code from a file.</summary>
    internal static (nint Start, nuint Bytes)? Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 6 || fields[1] != "r-xp" || !fields[5].StartsWith('/')) return null;
        var ends = fields[0].Split('-');
        if (ends.Length != 2 || !TryHex(ends[0], out var start) || !TryHex(ends[1], out var end) || end <= start) return null;
        return ((nint)start, (nuint)(end - start));
    }

    private static bool TryHex(string text, out ulong value) => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint bytes, int advice);
}
