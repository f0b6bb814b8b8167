using Lake.Commit;
using Lake.Manifests;
using Lake.Storage;

namespace Lake.Write;

/// <summary>Works a change of rows out and commits it; where others came first, works it out anew on what they made of the table. Used by one thread.</summary>
internal sealed class RowChangeLoop(Table table)
{
    /// <param name="work">Makes the change on one state of the table, new files included; null where there is nothing to do.</param>
    /// <param name="lasting">New files that every try takes up again; they are the caller's.</param>
    /// <param name="cancellation">Ends tries and waits.</param>
    /// <exception cref="CommitConflictException">Others were faster each time.</exception>
    public async Task<Table> RunAsync(Func<Table, CancellationToken, Task<TableChange?>> work, IReadOnlyList<DataFile> lasting, CancellationToken cancellation)
    {
        var policy = new BackoffPolicy(CommitOptions.Of(table.Metadata.Properties));
        var current = table;
        for (var tries = 1; ; tries++)
        {
            if (await work(current, cancellation) is not { } change) return current;
            try
            {
                return await current.CommitAsync(change, cancellation);
            }
            catch (Exception e) when (e is not CommitStateUnknownException)
            {
                await UnusedFiles.DeleteAsync(table.Storage, change.Added.Except(lasting).Select(f => f.Path));
                if (e is not CommitConflictException || policy.Next(tries, Random.Shared.NextDouble()) is not { } wait) throw;
                await Task.Delay(wait, table.Clock, cancellation);
            }
            current = await current.RefreshAsync(cancellation);
        }
    }

    /// <summary>Runs with files that were written for it; they are deleted where it is sure that no snapshot has them.</summary>
    public async Task<Table> RunOwningAsync(Func<Table, CancellationToken, Task<TableChange?>> work, IReadOnlyList<DataFile> files, CancellationToken cancellation)
    {
        try
        {
            return await RunAsync(work, files, cancellation);
        }
        catch (Exception e) when (e is not CommitStateUnknownException)
        {
            await UnusedFiles.DeleteAsync(table.Storage, files.Select(f => f.Path));
            throw;
        }
    }
}
