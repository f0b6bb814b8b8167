using Lake.Catalog;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Stress;

/// <summary>A catalog around whose swap the process dies at a fault point. Thread-safe.</summary>
internal sealed class MortalCatalog(ICatalog inner, FaultPoint point) : ICatalog
{
    public ITableStorage Storage => inner.Storage;

    public string DefaultLocation(TableName name) => inner.DefaultLocation(name);

    public Task<TableVersion?> LoadAsync(TableName name, CancellationToken cancellation) => inner.LoadAsync(name, cancellation);

    public Task<TableVersion?> TryCreateAsync(TableName name, TableMetadata metadata, CancellationToken cancellation) => inner.TryCreateAsync(name, metadata, cancellation);

    // The swap has no half: torn is as before.
    public Task<TableVersion?> TryReplaceAsync(TableName name, TableVersion current, TableMetadata next, CancellationToken cancellation) =>
        point.RunAsync("swap", () => inner.TryReplaceAsync(name, current, next, cancellation), () => Task.CompletedTask);

    public Task<bool> DropAsync(TableName name, CancellationToken cancellation) => inner.DropAsync(name, cancellation);

    public Task<bool> TryDropAsync(TableName name, TableVersion current, CancellationToken cancellation) => inner.TryDropAsync(name, current, cancellation);

    public Task<IReadOnlyList<TableName>> ListAsync(CancellationToken cancellation) => inner.ListAsync(cancellation);
}
