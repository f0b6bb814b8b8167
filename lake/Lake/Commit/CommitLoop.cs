using Lake.Catalog;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;

namespace Lake.Commit;

/// <summary>Tries a commit until it is made, does not hold any more, or was tried often enough. Used by one thread.</summary>
internal sealed class CommitLoop(Table table, TimeProvider clock)
{
    private readonly CommitOptions _options = CommitOptions.Of(table.Metadata.Properties);

    public Task<Table> RunAsync(TableChange change, CancellationToken cancellation) => RunAsync(
        async (version, writer) =>
        {
            var builder = new MetadataBuilder(version.Metadata, clock);
            var snapshot = await writer.WriteAsync(change, builder.Now, cancellation);
            builder.AddSnapshot(snapshot, change.Branch);
            change.Along?.Invoke(version.Metadata, builder, snapshot);
            return builder.Build(version.Location);
        },
        cancellation);

    public Task<Table> RunAsync(Action<TableMetadata, MetadataBuilder> change, CancellationToken cancellation) => RunAsync(
        (version, _) =>
        {
            var builder = new MetadataBuilder(version.Metadata, clock);
            change(version.Metadata, builder);
            return Task.FromResult(builder.Build(version.Location));
        },
        cancellation);

    private async Task<Table> RunAsync(Func<TableVersion, SnapshotWriter, Task<TableMetadata>> next, CancellationToken cancellation)
    {
        var policy = new BackoffPolicy(_options);
        var current = table;
        for (var tries = 1; ; tries++)
        {
            var writer = new SnapshotWriter(table.Storage, current.Metadata, _options);
            var done = false;
            try
            {
                var metadata = await Damage.ToldAsync(current, () => next(current.Version, writer), cancellation);
                // From here on the catalog alone knows: what was written must stay unless it says no.
                done = true;
                if (await TryReplaceAsync(current.Version, metadata, cancellation) is { } version) return table.At(version);
                done = false;
            }
            catch (CommitNotMadeException)
            {
                done = false;
                throw;
            }
            finally
            {
                if (!done) await UnusedFiles.DeleteAsync(table.Storage, writer.Written);
            }
            if (policy.Next(tries, Random.Shared.NextDouble()) is not { } wait) throw new CommitConflictException($"table {table.Name} was changed by others at each of {tries} tries; try again when there is less going on, or raise commit.retry.num-retries");
            await Task.Delay(wait, clock, cancellation);
            current = await current.RefreshAsync(cancellation);
        }
    }

    private async Task<TableVersion?> TryReplaceAsync(TableVersion current, TableMetadata next, CancellationToken cancellation)
    {
        try
        {
            return await table.Catalog.TryReplaceAsync(table.Name, current, next, cancellation);
        }
        catch (Exception e) when (e is not CommitNotMadeException)
        {
            throw new CommitStateUnknownException($"table {table.Name} may or may not have been changed, as the catalog failed: {e.Message}; read the table to see", e);
        }
    }
}
