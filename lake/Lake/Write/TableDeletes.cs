using Lake.Commit;
using Lake.Expressions;

namespace Lake.Write;

/// <summary>Deletes rows of a table.</summary>
public static class TableDeletes
{
    /// <summary>
    /// Deletes the rows that a filter matches, in one snapshot; rows that it answers with unknown, as null makes it, stay. Files of which no row stays go by metadata alone. Without
    /// such rows the table stays as it is.
    /// </summary>
    /// <param name="table">The table. Where others change it meanwhile, the deletion is worked out anew on what they made of it.</param>
    /// <param name="filter">The rows.</param>
    /// <param name="request">How; null for what the table's properties say.</param>
    /// <param name="cancellation">Ends it before the commit.</param>
    /// <exception cref="FilterException">The filter does not fit the table.</exception>
    /// <exception cref="CommitConflictException">Others were faster each time.</exception>
    public static Task<Table> DeleteAsync(this Table table, Filter filter, RowChangeRequest? request, CancellationToken cancellation) =>
        new RowChangeLoop(table).RunAsync(new FilterDeletion(filter, [], request ?? RowChangeRequest.Default).WorkOutAsync, [], cancellation);
}
