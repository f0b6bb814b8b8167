using Apache.Arrow;
using Lake.Catalog;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;
using Lake.Write;

namespace Lake.Stress;

/// <summary>The table that all processes change: batches of rows, each with a number of its own. Thread-safe.</summary>
public sealed class Bench : IDisposable
{
    /// <summary>Rows of a batch: one that is there with fewer was torn.</summary>
    public const int BatchRows = 3;

    public static readonly TableName Name = TableName.Parse("stress.rows");

    private readonly ICatalog _catalog;
    private readonly IReadOnlyList<IDisposable> _owned;

    private Bench(ICatalog catalog, params IReadOnlyList<IDisposable> owned) => (_catalog, _owned) = (catalog, owned);

    /// <param name="catalog"><c>file</c>; <c>sql</c>; or <c>s3=</c> and the URL of a server with a bucket in it, for a SQL catalog of tables there.</param>
    /// <param name="folder">Where it is.</param>
    /// <param name="point">Where this process dies.</param>
    public static Bench Open(string catalog, string folder, FaultPoint point)
    {
        if (catalog.StartsWith("s3=", StringComparison.Ordinal)) return OnS3(new Uri(catalog["s3=".Length..]), folder, point);
        var storage = new MortalStorage(new LocalStorage(), point);
        if (catalog == "file") return new Bench(new MortalCatalog(new FileCatalog(storage, folder), point));
        if (catalog != "sql") throw new ArgumentException($"catalog is '{catalog}'; it must be file, sql or s3=URL", nameof(catalog));
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

    /// <summary>Appends a batch of rows.</summary>
    public async Task AppendAsync(long batch)
    {
        var ids = new Int64Array.Builder().AppendRange(Enumerable.Range(0, BatchRows).Select(r => (batch * BatchRows) + r)).Build();
        var batches = new Int64Array.Builder().AppendRange(Enumerable.Repeat(batch, BatchRows)).Build();
        using var rows = new RecordBatch.Builder().Append("id", false, ids).Append("batch", false, batches).Build();
        await (await LoadAsync()).AppendAsync([rows], CancellationToken.None);
    }

    public void Dispose()
    {
        foreach (var owned in _owned) owned.Dispose();
    }

    // The table is below a prefix that is named as the local folder, which has the catalog and what is staged.
    private static Bench OnS3(Uri server, string folder, FaultPoint point)
    {
        var s3 = new S3Storage(new S3Options
        {
            ServiceUrl = server.GetLeftPart(UriPartial.Authority), ForcePathStyle = true, AccessKey = "S3RVER", SecretKey = "S3RVER", StagingFolder = Path.Combine(folder, "staging"), MinWait = TimeSpan.FromMilliseconds(1),
        });
        var sql = new SqlCatalog(new MortalStorage(s3, point), $"s3:/{server.AbsolutePath}/{Path.GetFileName(folder)}", Path.Combine(folder, "catalog.db"));
        return new Bench(new MortalCatalog(sql, point), sql, s3);
    }
}
