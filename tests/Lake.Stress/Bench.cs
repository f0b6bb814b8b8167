using Lake.Catalog;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;

namespace Lake.Stress;

/// <summary>The table that all processes change: batches of rows, each with a number of its own. Thread-safe.</summary>
public sealed class Bench : IDisposable
{
    /// <summary>Rows of a batch: one that is there with fewer was torn.</summary>
    public const int BatchRows = 3;

    public static readonly TableName Name = TableName.Parse("stress.rows");

    private readonly ICatalog _catalog;
    private readonly IDisposable? _owned;

    private Bench(ICatalog catalog, IDisposable? owned) => (_catalog, _owned) = (catalog, owned);

    /// <param name="catalog"><c>file</c> or <c>sql</c>.</param>
    /// <param name="folder">Where it is.</param>
    /// <param name="point">Where this process dies.</param>
    public static Bench Open(string catalog, string folder, FaultPoint point)
    {
        var storage = new MortalStorage(point);
        if (catalog == "file") return new Bench(new MortalCatalog(new FileCatalog(storage, folder), point), null);
        if (catalog != "sql") throw new ArgumentException($"catalog is '{catalog}'; it must be file or sql", nameof(catalog));
        var sql = new SqlCatalog(storage, folder, Path.Combine(folder, "catalog.db"));
        return new Bench(new MortalCatalog(sql, point), sql);
    }

    /// <summary>Makes the table.</summary>
    public Task CreateAsync()
    {
        var schema = new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Required(2, "batch", PrimitiveType.Long)]);
        var properties = new Dictionary<string, string>
        {
            ["commit.retry.num-retries"] = "1000",
            ["commit.retry.min-wait-ms"] = "2",
            ["commit.retry.max-wait-ms"] = "100",
            ["commit.manifest.min-count-to-merge"] = "8",
            ["write.metadata.delete-after-commit.enabled"] = "true",
            ["write.metadata.previous-versions-max"] = "5",
        };
        return Table.CreateAsync(_catalog, Name, new TableDefinition(schema) { Properties = properties }, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>The table as it is now.</summary>
    public async Task<Table> LoadAsync() =>
        await Table.LoadAsync(_catalog, Name, TimeProvider.System, CancellationToken.None) ?? throw new InvalidOperationException($"there is no table {Name}");

    public void Dispose() => _owned?.Dispose();
}
