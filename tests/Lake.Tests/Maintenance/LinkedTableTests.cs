using Lake.Catalog;
using Lake.Maintenance;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Maintenance;

/// <summary>Upkeep of a table that is reached through a link, which a bucket does not have.</summary>
public sealed class LinkedTableTests : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_table_whose_paths_are_written_in_another_way_loses_nothing()
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]));
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L])], LakeBed.Cancellation);
        Directory.CreateSymbolicLink($"{_bed.Folder}/link", _bed.Folder);
        var elsewhere = new FileCatalog(_bed.Catalog.Storage, $"{_bed.Folder}/link");
        var moved = (await Table.LoadAsync(elsewhere, table.Name, _bed.Clock, LakeBed.Cancellation))!;
        var changed = moved.Metadata with { Location = $"{_bed.Folder}/link/shop/orders" };
        await elsewhere.TryReplaceAsync(moved.Name, moved.Version, changed, LakeBed.Cancellation);
        // Read by the first catalog, its metadata file has another name than the location says.
        var mixed = await _bed.LoadAsync();
        await _bed.Place.SetTimesAsync(mixed.Metadata.Location, _bed.Clock.GetUtcNow().AddDays(-10));
        var before = await _bed.Place.FilesAsync(table.Metadata.Location);
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => new OrphanFiles(mixed, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation));
        Assert.Contains("must be written as its files are", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, await _bed.Place.FilesAsync(table.Metadata.Location));
    }
}
