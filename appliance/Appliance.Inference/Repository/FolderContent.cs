namespace Appliance.Inference.Repository;

/// <summary>Compares folders byte by byte. Stateless.</summary>
internal static class FolderContent
{
    private const int BlockBytes = 1 << 16;

    /// <summary>Whether two folders hold the same files with the same bytes.</summary>
    public static bool AreSame(string first, string second)
    {
        string[] names = [.. Names(first)];
        return names.SequenceEqual(Names(second)) && names.All(n => IsSame(Path.Combine(first, n), Path.Combine(second, n)));
    }

    /// <summary>Whether two files have the same bytes.</summary>
    public static bool IsSame(string first, string second)
    {
        using var left = File.OpenRead(first);
        using var right = File.OpenRead(second);
        if (left.Length != right.Length) return false;
        var (a, b) = (new byte[BlockBytes], new byte[BlockBytes]);
        while (true)
        {
            var read = left.ReadAtLeast(a, BlockBytes, throwOnEndOfStream: false);
            if (right.ReadAtLeast(b, BlockBytes, throwOnEndOfStream: false) != read || !a.AsSpan(0, read).SequenceEqual(b.AsSpan(0, read))) return false;
            if (read < BlockBytes) return true;
        }
    }

    private static IOrderedEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal);
}
