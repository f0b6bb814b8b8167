using Lake.Metadata;
using Lake.Storage;

namespace Lake.Catalog;

/// <summary>Where tables are found and which of their metadata files is the current one; the one thing that commits race for. Thread-safe, and safe beside other processes.</summary>
public interface ICatalog
{
    /// <summary>Where the tables' files are.</summary>
    ITableStorage Storage { get; }

    /// <summary>The folder of a table that is made without one of its own.</summary>
    string DefaultLocation(TableName name);

    /// <summary>The current version; null where there is no such table.</summary>
    Task<TableVersion?> LoadAsync(TableName name, CancellationToken cancellation);

    /// <summary>Makes a table; null where there is one.</summary>
    Task<TableVersion?> TryCreateAsync(TableName name, TableMetadata metadata, CancellationToken cancellation);

    /// <summary>Puts the next version in the place of one: of many that try at once, one succeeds. Null where it is not (or no more) the current one.</summary>
    Task<TableVersion?> TryReplaceAsync(TableName name, TableVersion current, TableMetadata next, CancellationToken cancellation);

    /// <summary>Forgets a table; its files stay. Whether there was one.</summary>
    Task<bool> DropAsync(TableName name, CancellationToken cancellation);

    /// <summary>Forgets a table that still is at a version; its files stay, but for metadata files that are the catalog's own. False where it is not (or no more) at it: what others made of it stays.</summary>
    Task<bool> TryDropAsync(TableName name, TableVersion current, CancellationToken cancellation);

    /// <summary>All tables, by name.</summary>
    Task<IReadOnlyList<TableName>> ListAsync(CancellationToken cancellation);
}
