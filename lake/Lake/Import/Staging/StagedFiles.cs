using Lake.Commit;
using Lake.Manifests;

namespace Lake.Import.Staging;

/// <summary>Commits files that were written for it, and deletes them where it is sure that no snapshot has them. Stateless.</summary>
internal static class StagedFiles
{
    public static async Task<Table> CommitAsync(Table table, TableChange change, IReadOnlyList<DataFile> files, CancellationToken cancellation)
    {
        try
        {
            return await table.CommitAsync(change, cancellation);
        }
        catch (Exception e) when (e is not CommitStateUnknownException)
        {
            await DeleteAsync(table, files);
            throw;
        }
    }

    // No one's files; what cannot be deleted now is found as an orphan later.
    private static async Task DeleteAsync(Table table, IReadOnlyList<DataFile> files)
    {
        try
        {
            foreach (var file in files) await table.Storage.DeleteAsync(file.Path, CancellationToken.None);
        }
        catch (IOException)
        {
        }
    }
}
