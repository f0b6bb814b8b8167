using Lake.Commit;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Write;

namespace Lake.Import.Staging;

/// <summary>Brings what an import staged to the main branch: one commit with the rows, the note that it is done, and the end of its branch. Stateless.</summary>
internal static class ImportPublication
{
    /// <param name="table">The table.</param>
    /// <param name="request">The import.</param>
    /// <param name="id">Its id.</param>
    /// <param name="staged">What it staged.</param>
    /// <param name="cancellation">Ends it before the commit; what is staged stays.</param>
    /// <exception cref="ImportException">Someone else does the same import.</exception>
    /// <exception cref="ImportGivenUpException">An upsert's rows have a key twice.</exception>
    public static async Task<Table> RunAsync(Table table, ImportRequest request, string id, ImportState staged, CancellationToken cancellation)
    {
        var files = await StagingBranch.FilesAsync(table.Storage, table.Metadata, id, cancellation);
        var work = Work(table, request, files);
        var done = new DoneImport(table.Clock.GetUtcNow().ToUnixTimeMilliseconds(), staged.Files.Count, staged.Rows, staged.BadRows, ImportId.Files(staged.Files), null);
        try
        {
            var wasNothing = false;
            var published = await new RowChangeLoop(table).RunAsync(
                async (current, c) =>
                {
                    var change = await work(current, c);
                    wasNothing = change is null;
                    if (change is null) return null;
                    change.Along = (before, builder, snapshot) => End(before, builder, id, staged, done with { SequenceNumber = snapshot.SequenceNumber });
                    DoneImports.Sign(change.Properties, id, done);
                    return change;
                },
                files,
                cancellation);
            return wasNothing ? await published.CommitAsync((before, builder) => End(before, builder, id, staged, done), cancellation) : published;
        }
        catch (LakeFormatException e) when (request.Mode == ImportMode.Upsert)
        {
            throw new ImportGivenUpException($"import '{id}' cannot be upserted and nothing of it is kept: {e.Message}; import files without such rows", e);
        }
    }

    private static Func<Table, CancellationToken, Task<TableChange?>> Work(Table table, ImportRequest request, IReadOnlyList<DataFile> files)
    {
        switch (request.Mode)
        {
            case ImportMode.Overwrite:
                return new FilterDeletion(Filter.All, files, RowChangeRequest.Default).WorkOutAsync;
            case ImportMode.Upsert when files.Count > 0:
                return new Upsert(files, UpsertKey.Of(table, request.Keys), RowChangeRequest.Default).WorkOutAsync;
            default:
                return (_, _) =>
                {
                    if (files.Count == 0) return Task.FromResult<TableChange?>(null);
                    var change = new TableChange { Operation = SnapshotOperation.Append };
                    change.Added.AddRange(files);
                    return Task.FromResult<TableChange?>(change);
                };
        }
    }

    private static void End(TableMetadata before, MetadataBuilder builder, string id, ImportState staged, DoneImport done)
    {
        if (DoneImports.Read(before, id) is not null) throw StagingBranch.Outrun(id);
        StagingBranch.Remove(before, builder, id, staged.SnapshotId);
        DoneImports.Write(builder, id, done);
        AddedColumns.Keep(builder, id);
        if (before.Properties.GetValueOrDefault(ImportTable.MadeBy) == id) builder.RemoveProperty(ImportTable.MadeBy);
    }
}
