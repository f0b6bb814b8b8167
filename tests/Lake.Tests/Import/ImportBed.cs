using System.Text;
using Lake.Catalog;
using Lake.Import;
using Lake.Scan;
using Lake.Storage;
using Lake.Tests.Tables;
using Lake.Types;

namespace Lake.Tests.Import;

/// <summary>A lake and a folder of files to import into its table shop.orders.</summary>
internal sealed class ImportBed : IDisposable
{
    public const string Table = "shop.orders";

    /// <param name="catalog">Makes the catalog, given the folder; null for a file catalog on the local disk.</param>
    public ImportBed(Func<string, ICatalog>? catalog = null)
    {
        Lake = new LakeBed(catalog);
        Directory.CreateDirectory(Inputs);
    }

    public LakeBed Lake { get; }

    public string Inputs => Path.Combine(Lake.Folder, "inputs");

    /// <summary>A request of files of the folder, by their names.</summary>
    public ImportRequest Request(params string[] names) => new(TableName.Parse(Table), [.. names.Select(n => Path.Combine(Inputs, n))]);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Inputs, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        // A time that stands still, so that only what a test changes is changed.
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 5, 1, 0, 0, 0, DateTimeKind.Utc));
        return path;
    }

    public Task<ImportReport> RunAsync(ImportRequest request, IProgress<ImportProgress>? progress = null) => Importer().RunAsync(request, progress, LakeBed.Cancellation);

    public async Task<string> ErrorAsync(ImportRequest request) => (await Assert.ThrowsAsync<ImportException>(() => RunAsync(request))).Message;

    public TableImport Importer() => new(Lake.Catalog, Lake.Clock, new LocalStorage());

    public async Task<List<object?[]>> RowsAsync(string table = Table, params string[] columns) =>
        await LakeBed.ReadAsync(await Lake.LoadAsync(table), new ScanRequest { Columns = columns.Length == 0 ? null : columns });

    /// <summary>The bad rows, by file and row.</summary>
    public async Task<List<object?[]>> QuarantineAsync(params string[] columns) =>
        [.. (await RowsAsync($"{Table}_quarantine", ["file", "row", .. columns])).OrderBy(r => r[0]).ThenBy(r => r[1]).Select(r => r[(columns.Length == 0 ? 0 : 2)..])];

    public async Task<bool> IsThereAsync(string table) => await global::Lake.Table.LoadAsync(Lake.Catalog, TableName.Parse(table), Lake.Clock, LakeBed.Cancellation) is not null;

    public static string Columns(TableSchema schema) => string.Join(", ", schema.Fields.Select(f => $"{f.Name} {f.Type}{(f.IsRequired ? " not null" : "")}{(JsonColumns.IsJson(f) ? " json" : "")}"));

    public void Dispose() => Lake.Dispose();
}
