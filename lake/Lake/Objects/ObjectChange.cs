using Lake.Expressions;
using Lake.Manifests;
using Lake.Storage;
using Lake.Write;

namespace Lake.Objects;

/// <summary>Changes rows of an object store's table. What a row becomes is worked out from what it is in the very state that the commit follows, and anew where others came first. Stateless.</summary>
internal static class ObjectChange
{
    /// <param name="table">The table.</param>
    /// <param name="filter">The objects that the change is about.</param>
    /// <param name="change">Gives the rows that are put, given those that are there; called on each try. None for nothing to do.</param>
    /// <param name="cancellation">Ends it before the commit.</param>
    /// <exception cref="Commit.CommitConflictException">Others were faster each time.</exception>
    public static Task<Table> CommitAsync(Table table, Filter filter, Func<IReadOnlyList<StoredObject>, IReadOnlyList<StoredObject>> change, CancellationToken cancellation) =>
        new RowChangeLoop(table).RunAsync(
            async (current, c) =>
            {
                var known = new List<StoredObject>();
                await foreach (var item in ObjectStore.ReadAsync(current, filter, c)) known.Add(item);
                var rows = change(known);
                if (rows.Count == 0) return null;
                var files = await WriteAsync(current, rows, c);
                try
                {
                    return await new Upsert(files, UpsertKey.Of(current, ["hash"]), RowChangeRequest.Default).WorkOutAsync(current, c);
                }
                catch (Exception)
                {
                    await UnusedFiles.DeleteAsync(current.Storage, files.Select(f => f.Path));
                    throw;
                }
            },
            [],
            cancellation);

    private static async Task<IReadOnlyList<DataFile>> WriteAsync(Table table, IReadOnlyList<StoredObject> rows, CancellationToken cancellation)
    {
        await using var writer = new TableWriter(table);
        await writer.WriteAsync(ObjectTable.Rows(table.Schema, rows), cancellation);
        return await writer.FinishAsync(cancellation);
    }
}
