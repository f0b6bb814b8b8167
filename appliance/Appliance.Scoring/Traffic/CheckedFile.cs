using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Appliance.Scoring.Traffic;

/// <summary>
/// A small file that is replaced as a whole and checked when it is read: a first line with the length and the XXH64 of the rest. The one before is kept, and
/// is read where the newer one is torn. Not thread-safe.
/// </summary>
internal sealed partial class CheckedFile(string path, ILogger logger)
{
    private const string Format = "appliance-state";
    private const int Version = 1;

    private string Before => path + ".before";

    /// <summary>The newest content that is whole; null where there is none.</summary>
    public byte[]? Read()
    {
        if (TryRead(path, out var content, out var fault)) return content;
        var isThere = File.Exists(path);
        if (!isThere && !File.Exists(Before)) return null;
        if (!TryRead(Before, out content, out var older))
        {
            Log.NothingWhole(logger, Path.GetFileName(path), fault, older);
            return null;
        }
        Log.FellBack(logger, Path.GetFileName(path), fault);
        return content;
    }

    /// <summary>Replaces the content; on the disk when it returns.</summary>
    /// <exception cref="IOException">It could not be written. What was there is there still.</exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{Format} {Version} {content.Length} {XxHash64.HashToUInt64(content):x16}\n")));
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        // Only a whole file becomes the one before: a torn one would take the last good one's place.
        if (TryRead(path, out _, out _)) File.Move(path, Before, overwrite: true);
        File.Move(next, path, overwrite: true);
    }

    private static bool TryRead(string file, out byte[] content, out string fault)
    {
        content = [];
        if (!File.Exists(file))
        {
            fault = "it is not there";
            return false;
        }
        var bytes = File.ReadAllBytes(file);
        var lineEnd = bytes.AsSpan().IndexOf((byte)'\n');
        var head = lineEnd < 0 ? [] : Encoding.ASCII.GetString(bytes, 0, lineEnd).Split(' ');
        if (head is not [Format, var version, var length, var sum])
        {
            fault = "its first line is not one of this kind of file";
            return false;
        }
        content = bytes[(lineEnd + 1)..];
        fault = version != Version.ToString(CultureInfo.InvariantCulture) ? $"it has format {version}, and only {Version} is known here"
            : length != content.Length.ToString(CultureInfo.InvariantCulture) ? $"it has {content.Length} bytes where its first line says {length}"
            : sum != XxHash64.HashToUInt64(content).ToString("x16", CultureInfo.InvariantCulture) ? "its content does not have the checksum of its first line"
            : "";
        return fault.Length == 0;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.StateFellBack, LogLevel.Warning, "{File} is not used: {Fault}. The one before it is in force.")]
        public static partial void FellBack(ILogger logger, string file, string fault);

        [LoggerMessage(EventIds.StateUnreadable, LogLevel.Error, "{File} is not used: {Fault}. Neither is the one before it: {Older}. Nothing of it is in force.")]
        public static partial void NothingWhole(ILogger logger, string file, string fault, string older);
    }
}
