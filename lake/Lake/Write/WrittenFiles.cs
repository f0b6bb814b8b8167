using Lake.Commit;
using Lake.Manifests;
using Lake.Storage;

namespace Lake.Write;

/// <summary>Commits files that were written for it, and deletes them where it is sure that no snapshot has them. Stateless.</summary>
internal static class WrittenFiles
{
    public static async Task<Table> CommitAsync(Table table, TableChange change, IReadOnlyList<DataFile> files, CancellationToken cancellation)
    {
        try
        {
            return await table.CommitAsync(change, cancellation);
        }
        catch (Exception e) when (e is not CommitStateUnknownException)
        {
            await UnusedFiles.DeleteAsync(table.Storage, files.Select(f => f.Path));
            throw;
        }
    }
}
