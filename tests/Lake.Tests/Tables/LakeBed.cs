using Apache.Arrow;
using Lake.Catalog;
using Lake.Columns;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;
using Lake.Types;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace Lake.Tests.Tables;

/// <summary>A catalog in a folder of the test's own, a clock that the test owns, and rows as .NET values.</summary>
internal sealed class LakeBed : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="catalog">Makes the catalog, given the folder; null for a file catalog on the local disk.</param>
    public LakeBed(Func<string, ICatalog>? catalog = null) => Catalog = catalog is null ? new FileCatalog(new LocalStorage(), _folder.Path) : catalog(_folder.Path);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ICatalog Catalog { get; }

    public string Folder => _folder.Path;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<Table> CreateAsync(TableSchema schema, PartitionSpec? spec = null, IReadOnlyDictionary<string, string>? properties = null, string name = "shop.orders")
    {
        var definition = new TableDefinition(schema) { Spec = spec ?? PartitionSpec.Unpartitioned, Properties = properties ?? new Dictionary<string, string>() };
        return await Table.CreateAsync(Catalog, TableName.Parse(name), definition, Clock, Cancellation) ?? throw new InvalidOperationException($"there is a table {name}");
    }

    public async Task<Table> LoadAsync(string name = "shop.orders") =>
        await Table.LoadAsync(Catalog, TableName.Parse(name), Clock, Cancellation) ?? throw new InvalidOperationException($"there is no table {name}");

    /// <summary>A batch of rows, each a value a column as SingleValue boxes them.</summary>
    public static RecordBatch Rows(IReadOnlyList<NestedField> columns, params object?[][] rows)
    {
        var arrays = columns.Select((c, i) => ArrowRows.Array(c, [.. rows.Select(r => r[i])])).ToList();
        return new RecordBatch(ArrowSchema.Of(columns), arrays, rows.Length);
    }

    /// <summary>All rows of a scan, in the order of the files.</summary>
    public static async Task<List<object?[]>> ReadAsync(Table table, ScanRequest? options = null)
    {
        var scan = TableScan.Of(table, options ?? new ScanRequest());
        var rows = new List<object?[]>();
        await foreach (var batch in scan.ReadAsync(Cancellation))
        {
            using (batch)
            {
                for (var r = 0; r < batch.Length; r++) rows.Add([.. scan.Columns.Select((c, i) => ArrowRows.Value(batch.Column(i), c.Type, r))]);
            }
        }
        return rows;
    }

    /// <summary>All files below a folder of a storage, by location.</summary>
    public static async Task<List<StoredFile>> FilesAsync(ITableStorage storage, string folder)
    {
        var files = new List<StoredFile>();
        await foreach (var file in storage.ListAsync(folder, Cancellation)) files.Add(file);
        return [.. files.OrderBy(f => f.Location, StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        (Catalog as IDisposable)?.Dispose();
        _folder.Dispose();
    }
}
