using Lake.Storage;
using ZstdSharp;

namespace Lake.Import.Sources;

/// <summary>An input file's content, decompressed where it is gzip or zstd, as its first bytes tell. Used by one thread; disposing it ends all.</summary>
internal sealed class InputStream : IDisposable
{
    /// <summary>Bytes of a read from the disk. 1 MiB: calls of the system no more count then.</summary>
    private const int BufferBytes = 1 << 20;

    private readonly LocalFile _local;
    private readonly FileStream _file;

    private InputStream(LocalFile local, FileStream file, Stream content) => (_local, _file, Content) = (local, file, content);

    public Stream Content { get; }

    /// <summary>Bytes of the file that were read.</summary>
    public long BytesRead => _file.Position;

    public static async Task<InputStream> OpenAsync(ITableStorage storage, string location, CancellationToken cancellation)
    {
        var local = await storage.OpenLocalAsync(location, cancellation);
        var file = new FileStream(local.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan);
        var magic = new byte[4];
        var read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        var content = magic.AsSpan(0, read) switch
        {
            [0x1f, 0x8b, ..] => new WholeGzipStream(file),
            [0x28, 0xb5, 0x2f, 0xfd] => new DecompressionStream(file, leaveOpen: true),
            _ => (Stream)file,
        };
        return new InputStream(local, file, content);
    }

    /// <summary>Whether reading failed as what is compressed was cut off or damaged.</summary>
    public static bool IsDamage(Exception e) => e is InvalidDataException or EndOfStreamException or ZstdException;

    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
        _local.Dispose();
    }
}
