namespace Appliance.Host.Security.Audit;

/// <summary>The lines of one file of an audit log. Stateless.</summary>
internal static class AuditReader
{
    private const int BlockBytes = 64 * 1024;

    /// <summary>Each line without its end, and whether it has one. A line is valid until the next is asked for.</summary>
    public static IEnumerable<(ReadOnlyMemory<byte> Line, bool IsWhole)> Lines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var block = new byte[BlockBytes];
        var (start, end) = (0, 0);
        while (true)
        {
            var at = block.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (at >= 0)
            {
                yield return (block.AsMemory(start, at), true);
                start += at + 1;
                continue;
            }
            block.AsSpan(start, end - start).CopyTo(block);
            (start, end) = (0, end - start);
            if (end == block.Length) Array.Resize(ref block, block.Length * 2);
            var read = file.Read(block, end, block.Length - end);
            if (read == 0) break;
            end += read;
        }
        if (end > 0) yield return (block.AsMemory(0, end), false);
    }
}
