using Lake.Metadata;
using Lake.Storage;

namespace Lake.Catalog;

/// <summary>Reads metadata files. Stateless.</summary>
internal static class MetadataFiles
{
    /// <exception cref="LakeFormatException">It is not whole; the message names the file.</exception>
    public static async Task<TableMetadata> ReadAsync(ITableStorage storage, string location, CancellationToken cancellation)
    {
        var bytes = await storage.ReadAsync(location, cancellation);
        try
        {
            return TableMetadataJson.Read(bytes);
        }
        catch (LakeFormatException e)
        {
            throw new LakeFormatException($"{location}: {e.Message}", e);
        }
    }
}
