using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Appliance.Inference.Lifecycle;

/// <summary>The pages of program code that the process has mapped from files.</summary>
internal static partial class CodePages
{
    private const int DontNeed = 4;

    // Guards _maps.
    private static readonly Lock Gate = new();
    private static byte[] _maps = new byte[32 * 1024];

    /// <summary>
    /// Has the system count none of them as the process's. It maps sixteen pages around each that is run, so that behind the start nearly all code is
    /// mapped, most of which no request ever runs. What is run again is mapped again from the system's cache.
    /// </summary>
    public static void GiveBack()
    {
        try
        {
            lock (Gate)
            {
                var length = ReadMaps();
                GiveBack(_maps.AsSpan(0, length));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where /proc is closed they stay.
        }
    }

    private static void GiveBack(ReadOnlySpan<byte> maps)
    {
        foreach (var line in maps.Split((byte)'\n'))
        {
            // Executable and never written to: nothing can be lost.
            if (Parse(maps[line]) is var (start, bytes)) _ = Advise(start, bytes, DontNeed);
        }
    }

    // The file has no length to ask for: it is read until nothing comes. As bytes, for this runs behind every load, and lines as text are as much
    // garbage as a load itself leaves; the array is kept because a pool of the runtime forgets what a thread gave back that has ended.
    private static int ReadMaps()
    {
        using var file = File.OpenHandle("/proc/self/maps");
        var length = 0;
        while (RandomAccess.Read(file, _maps.AsSpan(length), length) is > 0 and var read)
        {
            length += read;
            if (length == _maps.Length) Array.Resize(ref _maps, 2 * length);
        }
        return length;
    }

    /// <summary>A line of /proc/self/maps: start and length of what it describes, where that is code from a file.</summary>
    internal static (nint Start, nuint Bytes)? Parse(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out ulong start, out var read, 'x') || read == line.Length || line[read] != '-') return null;
        line = line[(read + 1)..];
        if (!Utf8Parser.TryParse(line, out ulong end, out read, 'x') || end <= start) return null;
        // A path is all that may hold a slash; other mappings have no name or one in brackets.
        return line[read..].StartsWith(" r-xp "u8) && line.Contains((byte)'/') ? ((nint)start, (nuint)(end - start)) : null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint bytes, int advice);
}
