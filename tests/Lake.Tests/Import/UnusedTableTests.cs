using Lake.Catalog;
using Lake.Import;
using Lake.Storage;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Import;

public sealed class UnusedTableTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_table_that_a_failed_import_made_stays_where_others_wrote_to_it_as_it_was_dropped(bool isSql)
    {
        using var bed = new ImportBed(isSql ? folder => new SqlCatalog(new LocalStorage(), folder, Path.Combine(folder, "catalog.db")) : null);
        bed.Write("a.csv", "id\n1\nx\ny\n");
        var racing = new RacingCatalog(bed.Lake.Catalog);
        racing.BeforeDrop.Enqueue(async () => await (await bed.Lake.LoadAsync()).AppendAsync([Row(await bed.Lake.LoadAsync())], LakeBed.Cancellation));
        var request = bed.Request("a.csv") with { Columns = "id int", BatchRows = 1, BadRows = new BadRowLimit { MaxRows = 1 } };
        await Assert.ThrowsAsync<ImportException>(() => new TableImport(racing, bed.Lake.Clock, new LocalStorage()).RunAsync(request, null, LakeBed.Cancellation));
        Assert.Empty(racing.BeforeDrop);
        Assert.Equal([[9]], await bed.RowsAsync());
    }

    [Fact]
    public async Task A_table_that_a_failed_import_made_goes_with_all_its_files()
    {
        _bed.Write("a.csv", "id\n1\nx\ny\n");
        await Assert.ThrowsAsync<ImportException>(() => _bed.RunAsync(_bed.Request("a.csv") with { Columns = "id int", BatchRows = 1, BadRows = new BadRowLimit { MaxRows = 1 } }));
        Assert.False(await _bed.IsThereAsync(ImportBed.Table));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_bed.Lake.Folder, "shop", "orders"), "*", SearchOption.AllDirectories));
    }

    private static Apache.Arrow.RecordBatch Row(Table table) => LakeBed.Rows(table.Schema.Fields, [9]);
}
