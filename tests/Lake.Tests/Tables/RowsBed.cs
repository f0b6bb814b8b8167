using Apache.Arrow;
using Lake.Catalog;
using Lake.Metadata;
using Lake.Scan;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Tables;

/// <summary>A table of orders (id, shop, amount) whose rows tests change, beside which others race.</summary>
internal sealed class RowsBed : IDisposable
{
    private readonly LakeBed _bed;

    /// <param name="place">Where it is, the bed's from then on; null for a folder of the local disk.</param>
    public RowsBed(TablePlace? place = null)
    {
        _bed = new LakeBed(place ?? new LocalPlace());
        Racing = new RacingCatalog(_bed.Catalog);
    }

    public static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Optional(2, "shop", PrimitiveType.String),
        NestedField.Optional(3, "amount", PrimitiveType.Int),
    ], [1]);

    public static readonly PartitionSpec ByShop = new(0, [new PartitionField(2, 1000, "shop", Transform.Identity)]);

    public RacingCatalog Racing { get; }

    public LakeBed Bed => _bed;

    /// <summary>A table without waits between tries, seen through the racing catalog.</summary>
    public async Task<Table> CreateAsync(PartitionSpec? spec = null, RowDeleteMode mode = RowDeleteMode.CopyOnWrite, params (string Name, string Value)[] properties)
    {
        var name = mode == RowDeleteMode.CopyOnWrite ? "copy-on-write" : "merge-on-read";
        var all = new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0", ["write.delete.mode"] = name, ["write.merge.mode"] = name };
        foreach (var (property, value) in properties) all[property] = value;
        await _bed.CreateAsync(Schema, spec, all);
        return await LoadAsync();
    }

    public async Task<Table> LoadAsync() => (await Table.LoadAsync(Racing, TableName.Parse("shop.orders"), _bed.Clock, LakeBed.Cancellation))!;

    /// <summary>The table as someone else sees it, who commits at once.</summary>
    public Task<Table> OthersAsync() => _bed.LoadAsync();

    public static RecordBatch Rows(params (long Id, string? Shop, int? Amount)[] rows) =>
        LakeBed.Rows(Schema.Fields, [.. rows.Select(r => new object?[] { r.Id, r.Shop, r.Amount })]);

    public static async Task<List<(long Id, string? Shop, int? Amount)>> ReadAsync(Table table, ScanRequest? request = null) =>
        [.. (await LakeBed.ReadAsync(table, request)).Select(r => ((long)r[0]!, (string?)r[1], (int?)r[2])).Order()];

    /// <summary>Parquet files of the place, whether the table has them or not.</summary>
    public async Task<int> ParquetFilesAsync() => (await _bed.Place.FilesAsync(_bed.Place.Root, ".parquet")).Count;

    public void Dispose() => _bed.Dispose();
}
