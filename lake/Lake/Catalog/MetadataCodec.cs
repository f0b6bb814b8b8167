using System.IO.Compression;
using Lake.Commit;
using Lake.Metadata;

namespace Lake.Catalog;

/// <summary>How metadata files are compressed, as a table's <c>write.metadata.compression-codec</c> says: <c>none</c>, which goes without saying, or <c>gzip</c>. Pure.</summary>
internal static class MetadataCodec
{
    private const string Property = "write.metadata.compression-codec";

    /// <summary>Whether it says <c>gzip</c>.</summary>
    public static bool IsGzip(TableMetadata metadata) => metadata.Properties.GetValueOrDefault(Property) is { } text && text.Equals("gzip", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="CommitNotMadeException">It says neither.</exception>
    public static void Check(TableMetadata metadata)
    {
        if (metadata.Properties.GetValueOrDefault(Property) is not { } text || IsGzip(metadata) || text.Equals("none", StringComparison.OrdinalIgnoreCase)) return;
        throw new CommitNotMadeException($"property {Property} is '{text}'; it must be none or gzip");
    }

    /// <summary>The end of a metadata file's name, by which other engines tell how it is read.</summary>
    public static string Ending(bool isGzip) => isGzip ? ".gz.metadata.json" : ".metadata.json";

    /// <summary>A metadata file's bytes.</summary>
    public static byte[] Write(TableMetadata metadata, bool isGzip)
    {
        var plain = TableMetadataJson.Write(metadata);
        if (!isGzip) return plain;
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return compressed.ToArray();
    }
}
