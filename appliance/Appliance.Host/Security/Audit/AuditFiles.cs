using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Host.Security.Audit;

/// <summary>How an audit log lies in its folder: audit-00000001.jsonl and so on, and audit.head with the last line's number and hash. Stateless.</summary>
internal static class AuditFiles
{
    private const string Pattern = "audit-*.jsonl";

    public static string HeadPath(string folder) => Path.Combine(folder, "audit.head");

    public static string PathOf(string folder, int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"audit-{number:D8}.jsonl"));

    /// <summary>All files of the log in their order.</summary>
    public static string[] In(string folder)
    {
        var files = Directory.GetFiles(folder, Pattern);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>The number in a file's name; 0 where it has none.</summary>
    public static int NumberOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan())["audit-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>SHA-256 of a line without its end.</summary>
    public static string HashOf(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    /// <summary>The head that the folder keeps; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static AuditHead? ReadHead(string folder)
    {
        var path = HeadPath(folder);
        if (!File.Exists(path)) return null;
        return AuditHead.TryParse(File.ReadAllText(path).Trim(), out var head)
            ? head
            : throw new InvalidDataException($"'{path}' holds no number and hash of a line");
    }

    /// <summary>Puts a head in place of the one before, whole or not at all.</summary>
    public static void WriteHead(string folder, AuditHead head)
    {
        var path = HeadPath(folder);
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(Encoding.ASCII.GetBytes(head + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}
