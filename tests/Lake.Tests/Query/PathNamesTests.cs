using Lake.Catalog;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Query;

public sealed class PathNamesTests
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "shop", PrimitiveType.String)], [1]);

    [Theory]
    [InlineData("a[1]")]
    [InlineData("a*b")]
    [InlineData("what?")]
    [InlineData("[!x]*?[a-z]")]
    [InlineData("it's {a,b} %20 #1 \\d")]
    public async Task Queries_read_tables_in_folders_of_any_name_and_nothing_beside(string name)
    {
        using var bed = new LakeBed(folder => new FileCatalog(new LocalStorage(), $"{folder}/{name}"));
        var table = await bed.CreateAsync(Schema, new PartitionSpec(0, [new PartitionField(2, 1000, "shop", Transform.Identity)]));
        table = await table.AppendAsync([LakeBed.Rows(Schema.Fields, [1L, "x*"], [2L, "[y]"], [3L, "?"], [4L, "[y]"])], LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Equal("id", 2L), new RowChangeRequest { Mode = RowDeleteMode.MergeOnRead }, LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [1], new(["x*"]), [1L]);
        // What a pattern would find as well.
        foreach (var other in new[] { "a1", "axb", "whatx", "zz" })
        {
            Directory.CreateDirectory($"{bed.Folder}/{other}");
            File.WriteAllText($"{bed.Folder}/{other}/no.parquet", "no");
        }
        await QueryBed.SameAsync(table, "FROM shop.orders");
        Assert.Equal(["3|?", "4|[y]"], await QueryBed.LinesAsync(bed.Catalog, "SELECT CAST(id AS VARCHAR), shop FROM shop.orders ORDER BY id"));
        Assert.Equal(["4"], await QueryBed.LinesAsync(bed.Catalog, "SELECT CAST(id AS VARCHAR) FROM shop.orders WHERE shop = '[y]'"));
        Assert.Equal(["2"], await QueryBed.LinesAsync(bed.Catalog, "SELECT CAST(count(*) AS VARCHAR) FROM \"orders$snapshots\" WHERE operation <> 'append'"));
    }
}
