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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_first_imports_at_once_the_second_goes_into_the_table_that_the_first_made(bool isSql)
    {
        using var bed = new ImportBed(isSql ? folder => new SqlCatalog(new LocalStorage(), folder, Path.Combine(folder, "catalog.db")) : null);
        bed.Write("a.csv", "id\n1\nx\n2\n");
        bed.Write("b.csv", "id\n3\ny\n4\n");
        var racing = new RacingCatalog(bed.Lake.Catalog);
        var request = bed.Request("a.csv") with { Columns = "id int", Partitions = "bucket(2, id)", BadRows = new BadRowLimit { MaxRows = 1 } };
        racing.BeforeCreate.Enqueue(async () => await bed.RunAsync(request));
        var report = await new TableImport(racing, bed.Lake.Clock, new LocalStorage()).RunAsync(request with { Sources = [Path.Combine(bed.Inputs, "b.csv")] }, null, LakeBed.Cancellation);
        Assert.Empty(racing.BeforeCreate);
        Assert.Equal((2L, 1L), (report.Rows, report.BadRows));
        Assert.Equal([[1], [2], [3], [4]], (await bed.RowsAsync()).OrderBy(r => r[0]));
        Assert.Equal([["x"], ["y"]], await bed.QuarantineAsync("value"));
    }

    [Fact]
    public async Task A_second_first_import_of_another_layout_is_told_of_the_table_that_is_there_and_leaves_it()
    {
        _bed.Write("a.csv", "id\n1\n");
        _bed.Write("b.csv", "id\n2\n");
        var racing = new RacingCatalog(_bed.Lake.Catalog);
        racing.BeforeCreate.Enqueue(async () => await _bed.RunAsync(_bed.Request("a.csv")));
        var e = await Assert.ThrowsAsync<ImportException>(() => new TableImport(racing, _bed.Lake.Clock, new LocalStorage()).RunAsync(_bed.Request("b.csv") with { Partitions = "id" }, null, LakeBed.Cancellation));
        Assert.StartsWith("Partitions is 'id'; table shop.orders is there already", e.Message, StringComparison.Ordinal);
        Assert.Single(await _bed.RowsAsync());
    }

    private static Apache.Arrow.RecordBatch Row(Table table) => LakeBed.Rows(table.Schema.Fields, [9]);
}
