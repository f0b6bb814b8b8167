using System.IO.Compression;
using System.Text;

namespace Lake.Tests.Import;

/// <summary>Texts as compressed files.</summary>
internal static class Compressed
{
    public static byte[] Gzip(string text)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }

    public static byte[] Zstd(string text)
    {
        using var compressor = new ZstdSharp.Compressor(3);
        return compressor.Wrap(Encoding.UTF8.GetBytes(text)).ToArray();
    }
}
