using Lake.Catalog;
using Lake.Commit;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;

namespace Lake;

/// <summary>A table of a catalog at one version. Immutable: commits and <see cref="RefreshAsync"/> give another. Thread-safe.</summary>
public sealed class Table
{
    private readonly TimeProvider _clock;

    private Table(ICatalog catalog, TableName name, TableVersion version, TimeProvider clock) => (Catalog, Name, Version, _clock) = (catalog, name, version, clock);

    public ICatalog Catalog { get; }

    public TableName Name { get; }

    public TableVersion Version { get; }

    public TableMetadata Metadata => Version.Metadata;

    public TableSchema Schema => Metadata.CurrentSchema;

    public ITableStorage Storage => Catalog.Storage;

    internal TimeProvider Clock => _clock;

    /// <summary>The table as it is now; null where there is none of that name.</summary>
    public static async Task<Table?> LoadAsync(ICatalog catalog, TableName name, TimeProvider clock, CancellationToken cancellation) =>
        await catalog.LoadAsync(name, cancellation) is { } version ? new Table(catalog, name, version, clock) : null;

    /// <summary>Makes a table; null where there is one of that name.</summary>
    /// <param name="catalog">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="definition">What it is to be.</param>
    /// <param name="clock">The time of its making.</param>
    /// <param name="cancellation">Ends the wait for the storage.</param>
    public static async Task<Table?> CreateAsync(ICatalog catalog, TableName name, TableDefinition definition, TimeProvider clock, CancellationToken cancellation)
    {
        var metadata = MetadataBuilder.NewTable(definition.Location ?? catalog.DefaultLocation(name), definition.Schema, definition.Spec, definition.SortOrder, definition.Properties, clock);
        return await catalog.TryCreateAsync(name, metadata, cancellation) is { } version ? new Table(catalog, name, version, clock) : null;
    }

    /// <exception cref="LakeFormatException">The table is gone, or another one has its name.</exception>
    public async Task<Table> RefreshAsync(CancellationToken cancellation)
    {
        var version = await Catalog.LoadAsync(Name, cancellation) ?? throw new LakeFormatException($"table {Name} is no more there");
        if (version.Metadata.TableUuid != Metadata.TableUuid) throw new LakeFormatException($"table {Name} was dropped, and another one has its name");
        return new Table(Catalog, Name, version, _clock);
    }

    /// <summary>Commits a change of files: tried again on what others made of the table meanwhile, as long as it holds there.</summary>
    /// <exception cref="CommitConflictException">It does not hold any more, or others were faster each time.</exception>
    public Task<Table> CommitAsync(TableChange change, CancellationToken cancellation) => new CommitLoop(this, _clock).RunAsync(change, cancellation);

    /// <summary>Commits a change of metadata alone, made anew on each try.</summary>
    /// <param name="change">Makes the changes; it may throw <see cref="CommitConflictException"/> where the table is no more as it wants it.</param>
    /// <param name="cancellation">Ends tries and waits.</param>
    /// <exception cref="CommitConflictException">Others were faster each time.</exception>
    public Task<Table> CommitAsync(Action<TableMetadata, MetadataBuilder> change, CancellationToken cancellation) => new CommitLoop(this, _clock).RunAsync(change, cancellation);

    internal Table At(TableVersion version) => new(Catalog, Name, version, _clock);
}
