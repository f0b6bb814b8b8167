using Lake.Files.Parquet.Checks;

namespace Lake.Import.Staging;

/// <summary>Checks that the rows which an earlier run of an import staged are as it wrote them: they come to the main branch unread. Stateless.</summary>
internal static class StagedFiles
{
    /// <param name="table">The table that they are staged in.</param>
    /// <param name="id">The import.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    /// <exception cref="ImportException">A file is gone, is another one or is damaged; the message names it and says what to do.</exception>
    public static async Task CheckAsync(Table table, string id, CancellationToken cancellation)
    {
        try
        {
            foreach (var file in await StagingBranch.FilesAsync(table.Storage, table.Metadata, id, cancellation))
            {
                using var local = await table.Storage.OpenLocalAsync(file.Path, cancellation);
                var length = new FileInfo(local.Path).Length;
                if (length != file.FileSizeInBytes) throw new LakeFormatException($"{file.Path} has {length} bytes and was staged with {file.FileSizeInBytes}");
                FileChecks.Check(file.Path, local.Path, null, cancellation);
            }
        }
        catch (Exception e) when (e is LakeFormatException or FileNotFoundException)
        {
            throw new ImportException($"import '{id}' cannot go on, as what it staged in table {table.Name} was changed since: {e.Message}. Bring the file back from a copy, or forget what is staged (lake import with --abandon) and run the import again", e);
        }
    }
}
