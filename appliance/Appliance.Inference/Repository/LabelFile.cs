namespace Appliance.Inference.Repository;

/// <summary>The file of class names that an output's <c>label_filename</c> names: the label of index n stands in line n, the first line being 0.</summary>
internal static class LabelFile
{
    /// <summary>Bytes at most. 16 MiB: a million labels of 16 bytes.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The lines as UTF-8, without their ends; an end of the last line begins no further one.</summary>
    /// <exception cref="Lifecycle.ModelLoadException">The file is larger than it may be.</exception>
    public static byte[][] Read(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length > MaxBytes) throw new Lifecycle.ModelLoadException($"label_filename is '{name}'; the file has {content.Length} bytes and may have {MaxBytes}");
        var labels = new List<byte[]>();
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)'\n');
            var line = end < 0 ? content : content[..end];
            labels.Add(line.TrimEnd((byte)'\r').ToArray());
            content = end < 0 ? default : content[(end + 1)..];
        }
        return [.. labels];
    }
}
