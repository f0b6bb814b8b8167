using Lake.Catalog;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Tests.Tables;

/// <summary>A catalog in which others come first: what a test gives runs right before the next swap, once.</summary>
internal sealed class RacingCatalog(ICatalog catalog) : ICatalog
{
    /// <summary>What others do; taken away as it runs.</summary>
    public Queue<Func<Task>> BeforeSwap { get; } = new();

    /// <summary>What others do right before a table is made; taken away as it runs.</summary>
    public Queue<Func<Task>> BeforeCreate { get; } = new();

    /// <summary>What others do right before a table is dropped; taken away as it runs.</summary>
    public Queue<Func<Task>> BeforeDrop { get; } = new();

    public int Swaps { get; private set; }

    public ITableStorage Storage => catalog.Storage;

    public string DefaultLocation(TableName name) => catalog.DefaultLocation(name);

    public Task<TableVersion?> LoadAsync(TableName name, CancellationToken cancellation) => catalog.LoadAsync(name, cancellation);

    public async Task<TableVersion?> TryCreateAsync(TableName name, TableMetadata metadata, CancellationToken cancellation)
    {
        if (BeforeCreate.TryDequeue(out var others)) await others();
        return await catalog.TryCreateAsync(name, metadata, cancellation);
    }

    public async Task<TableVersion?> TryReplaceAsync(TableName name, TableVersion current, TableMetadata next, CancellationToken cancellation)
    {
        if (BeforeSwap.TryDequeue(out var others)) await others();
        Swaps++;
        return await catalog.TryReplaceAsync(name, current, next, cancellation);
    }

    public async Task<bool> DropAsync(TableName name, CancellationToken cancellation)
    {
        if (BeforeDrop.TryDequeue(out var others)) await others();
        return await catalog.DropAsync(name, cancellation);
    }

    public async Task<bool> TryDropAsync(TableName name, TableVersion current, CancellationToken cancellation)
    {
        if (BeforeDrop.TryDequeue(out var others)) await others();
        return await catalog.TryDropAsync(name, current, cancellation);
    }

    public Task<IReadOnlyList<TableName>> ListAsync(CancellationToken cancellation) => catalog.ListAsync(cancellation);
}
