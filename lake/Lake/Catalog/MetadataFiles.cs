using Lake.Metadata;
using Lake.Storage;

namespace Lake.Catalog;

/// <summary>Reads metadata files, and clears away those that are no one's any more. Stateless.</summary>
internal static class MetadataFiles
{
    private const string Clears = "write.metadata.delete-after-commit.enabled";

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

    /// <summary>Whether a table's commits delete metadata files that its log lets go of (<c>write.metadata.delete-after-commit.enabled</c>).</summary>
    public static bool AreCleared(TableMetadata metadata) => metadata.Properties.GetValueOrDefault(Clears) is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Deletes the files that a commit's log let go of, where the table wants that. The commit is done: what fails here is found as an orphan later.</summary>
    public static async Task ClearAsync(ITableStorage storage, TableMetadata before, TableMetadata after)
    {
        if (!AreCleared(after)) return;
        var kept = after.MetadataLog.Select(e => e.MetadataFile).ToHashSet(StringComparer.Ordinal);
        await UnusedFiles.DeleteAsync(storage, before.MetadataLog.Select(e => e.MetadataFile).Where(f => !kept.Contains(f)));
    }
}
