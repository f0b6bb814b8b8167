using Lake.Storage;

namespace Lake.Import.Sources;

/// <summary>An input file's content, decompressed where it is gzip or zstd, as its first bytes tell. Used by one thread; disposing it ends all.</summary>
internal sealed class InputStream : IDisposable
{
    /// <summary>Bytes of a read from the disk. 1 MiB: calls of the system no more count then.</summary>
    private const int BufferBytes = 1 << 20;

    private readonly LocalFile _local;
    private readonly FileStream _file;

    private static readonly byte[] Zstd = [0x28, 0xb5, 0x2f, 0xfd];

    private InputStream(LocalFile local, FileStream file, Stream content) => (_local, _file, Content) = (local, file, content);

    public Stream Content { get; }

    /// <summary>Bytes of the file that were read.</summary>
    public long BytesRead => _file.Position;

    /// <exception cref="ImportException">Its name says that it is compressed, and its bytes do not; bytes that are damaged further on are told as they are read.</exception>
    public static async Task<InputStream> OpenAsync(ITableStorage storage, string location, CancellationToken cancellation)
    {
        var local = await storage.OpenLocalAsync(location, cancellation);
        var file = new FileStream(local.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan);
        try
        {
            return new InputStream(local, file, Open(location, file));
        }
        catch (ImportException)
        {
            await file.DisposeAsync();
            local.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
        _local.Dispose();
    }

    // By what it is, whatever it is called; only what is neither, and called one, is taken for damaged: as text it would make columns of what is left of it.
    private static Stream Open(string location, FileStream file)
    {
        var magic = new byte[4];
        var read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        if (magic is [0x1f, 0x8b, ..]) return CompressedStream.Gzip(location, file);
        // Some writers begin with a frame to be skipped.
        if (magic.AsSpan().SequenceEqual(Zstd) || magic is [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18]) return CompressedStream.Zstd(location, file);
        var codec = location.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? "gzip" : location.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? "zstd" : null;
        if (codec is null) return file;
        var fault = read == 0 ? $"it is empty, and {codec} never is" : $"its first bytes are {Convert.ToHexStringLower(magic.AsSpan(0, read))}, and {codec} begins with {(codec == "gzip" ? "1f8b" : Convert.ToHexStringLower(Zstd))}: it is damaged, or is not compressed and must have another name";
        throw new ImportException(CompressedStream.Message(location, codec, fault));
    }
}
