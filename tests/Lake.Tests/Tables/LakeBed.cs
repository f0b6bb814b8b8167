using Apache.Arrow;
using Lake.Catalog;
using Lake.Columns;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;
using Lake.Types;
using Microsoft.Extensions.Time.Testing;

namespace Lake.Tests.Tables;

/// <summary>A catalog at a place of the test's own, a clock that the test owns, and rows as .NET values.</summary>
internal sealed class LakeBed : IDisposable
{
    /// <param name="catalog">Makes the catalog, given a folder of the local disk; null for a file catalog in it.</param>
    public LakeBed(Func<string, ICatalog>? catalog = null)
    {
        Place = new LocalPlace();
        Catalog = catalog is null ? new FileCatalog(Place.Storage, Place.Root) : catalog(Place.Root);
    }

    /// <summary>A file catalog at a place.</summary>
    /// <param name="place">The place; it is the bed's.</param>
    /// <param name="storage">What the catalog is over, around the place's storage; null for that itself.</param>
    /// <param name="warehouse">Its folder; null for the place's root.</param>
    public LakeBed(TablePlace place, ITableStorage? storage = null, string? warehouse = null)
    {
        Place = place;
        Catalog = new FileCatalog(storage ?? place.Storage, warehouse ?? place.Root);
    }

    public TablePlace Place { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ICatalog Catalog { get; }

    /// <summary>The place's root: a folder, where it is local.</summary>
    public string Folder => Place.Root;

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
        Place.Dispose();
    }
}
