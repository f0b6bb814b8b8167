using System.IO.Compression;

namespace Appliance.Host.Cli.Files;

/// <summary>Opens files of events and rows; what they hold follows from their names.</summary>
internal static class InputFile
{
    /// <summary>The name of what is piped into the command: one JSON object a line, read once.</summary>
    public const string Piped = "-";

    private const string Compressed = ".gz";

    // What one read asks of the system. 64 KiB: beyond it reading is no faster.
    private const int BufferBytes = 64 * 1024;

    /// <summary>Whether a file holds one JSON object a line; else it is a table of comma-separated values.</summary>
    /// <exception cref="InputException">Its name says neither.</exception>
    public static bool IsJson(string path)
    {
        var name = path.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase) ? path[..^Compressed.Length] : path;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" => false,
            ".jsonl" or ".ndjson" or ".json" => true,
            _ => throw new InputException($"{path}: the name must end in .csv, .jsonl, .ndjson or .json, and may have .gz behind it"),
        };
    }

    /// <exception cref="InputException">There is no such file.</exception>
    public static void RequireExists(string path)
    {
        if (!File.Exists(path)) throw new InputException($"{path}: there is no such file");
    }

    /// <summary>Its bytes, decompressed.</summary>
    /// <exception cref="InputException">There is no such file, or it may not be read.</exception>
    public static Stream Open(string path)
    {
        if (path == Piped) return Console.OpenStandardInput();
        RequireExists(path);
        Stream bytes;
        try
        {
            bytes = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: it cannot be read: {e.Message}");
        }
        return path.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
    }
}
