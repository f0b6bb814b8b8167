using System.Security.Cryptography;
using Lake.Storage;

namespace Lake.Import.Sources;

/// <summary>Finds the files of an import and what tells them from changed ones. Thread-safe, stateless.</summary>
internal sealed class InputFiles(ITableStorage storage)
{
    /// <summary>Bytes of a file's first part. 64 KiB: one read, and in any format beyond what files of one writer share.</summary>
    private const int HeadBytes = 64 << 10;

    /// <summary>The files of all sources, those of one source by location; each once. Names that begin with a dot or an underscore are left out of folders and patterns, as other engines do.</summary>
    /// <exception cref="ImportException">A source gives no file, or a file's format is not known.</exception>
    public async Task<IReadOnlyList<InputFile>> FindAsync(IReadOnlyList<string> sources, ImportFormat format, CancellationToken cancellation)
    {
        if (sources.Count == 0) throw new ImportException("an import has no sources; it must have one at least");
        var files = new List<InputFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            var found = await OfAsync(source, cancellation);
            if (found.Count == 0) throw new ImportException($"source is '{source}'; there is no such file, and no file of a known kind below it");
            foreach (var file in found.OrderBy(f => f.Location, StringComparer.Ordinal))
            {
                if (seen.Add(file.Location)) files.Add(new InputFile(file.Location, file.Length, file.ModifiedAt.ToUnixTimeMilliseconds(), "", FormatOf(file.Location, format)));
            }
        }
        return files;
    }

    /// <summary>The file as it is now, with its first part.</summary>
    /// <exception cref="ImportException">It is gone.</exception>
    public async Task<InputFile> IdentifyAsync(InputFile file, CancellationToken cancellation)
    {
        var now = await storage.FindAsync(file.Location, cancellation) ?? throw new ImportException($"{file.Location} is no more there");
        using var local = await storage.OpenLocalAsync(file.Location, cancellation);
        await using var stream = new FileStream(local.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        var head = new byte[HeadBytes];
        var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        return file with { Length = now.Length, ModifiedMs = now.ModifiedAt.ToUnixTimeMilliseconds(), Head = Convert.ToHexStringLower(SHA256.HashData(head.AsSpan(0, read))) };
    }

    private async Task<IReadOnlyList<StoredFile>> OfAsync(string source, CancellationToken cancellation)
    {
        if (!InputPattern.IsPattern(source))
        {
            if (!source.EndsWith('/') && await storage.FindAsync(source, cancellation) is { } file) return [file];
            return await ListAsync(source.TrimEnd('/'), l => TryFormat(l, out _), cancellation);
        }
        return await ListAsync(InputPattern.Parse(source).Folder, InputPattern.Parse(source).Matches, cancellation);
    }

    private async Task<List<StoredFile>> ListAsync(string folder, Func<string, bool> isMeant, CancellationToken cancellation)
    {
        var files = new List<StoredFile>();
        await foreach (var file in storage.ListAsync(folder, cancellation))
        {
            if (!IsHidden(file.Location, folder) && isMeant(file.Location)) files.Add(file);
        }
        return files;
    }

    private static bool IsHidden(string location, string folder) => location[folder.Length..].Split('/').Any(n => n.StartsWith('.') || n.StartsWith('_'));

    private static ImportFormat FormatOf(string location, ImportFormat asked)
    {
        if (asked != ImportFormat.ByName) return asked;
        return TryFormat(location, out var format) ? format : throw new ImportException($"{location} has no ending that tells its format; name the format, or rename it to .csv, .tsv, .jsonl or .parquet");
    }

    private static bool TryFormat(string location, out ImportFormat format)
    {
        var name = location;
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
        else if (name.EndsWith(".zst", StringComparison.OrdinalIgnoreCase)) name = name[..^4];
        format = System.IO.Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" or ".txt" => ImportFormat.Csv,
            ".jsonl" or ".ndjson" or ".json" => ImportFormat.JsonLines,
            ".parquet" when name == location => ImportFormat.Parquet,
            _ => ImportFormat.ByName,
        };
        return format != ImportFormat.ByName;
    }
}
