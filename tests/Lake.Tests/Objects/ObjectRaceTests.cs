using Lake.Catalog;
using Lake.Expressions;
using Lake.Objects;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Objects;

public class ObjectRaceTests : IDisposable
{
    private static readonly TableName Name = TableName.Parse("media.files");
    private static readonly Dictionary<string, string> Tags = new() { ["by"] = "me" };
    private readonly LakeBed _bed;
    private readonly RacingCatalog _racing;

    public ObjectRaceTests()
        : this(new LocalPlace())
    {
    }

    private protected ObjectRaceTests(TablePlace place)
    {
        _bed = new LakeBed(place, warehouse: $"{place.Root}/lake");
        _racing = new RacingCatalog(_bed.Catalog);
    }

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_tag_does_not_bring_back_an_object_that_was_removed_meanwhile()
    {
        var put = await PutAsync();
        _racing.BeforeSwap.Enqueue(async () => await (await _bed.LoadAsync("media.files")).DeleteAsync(Filter.All, null, LakeBed.Cancellation));
        Assert.False(await (await OpenAsync(_racing)).TagAsync(put.Hash, Tags, LakeBed.Cancellation));
        Assert.Empty(await LakeBed.ReadAsync(await _bed.LoadAsync("media.files")));
    }

    [Fact]
    public async Task A_tag_leaves_what_a_collection_marked_meanwhile()
    {
        var put = await PutAsync();
        _racing.BeforeSwap.Enqueue(() => CollectAsync(_bed.Catalog));
        Assert.True(await (await OpenAsync(_racing)).TagAsync(put.Hash, Tags, LakeBed.Cancellation));
        var now = await FindAsync(put);
        Assert.Equal(("me", _bed.Clock.GetUtcNow()), (now!.Tags["by"], now.UnreferencedSince));
    }

    [Fact]
    public async Task A_collection_and_a_put_leave_tags_that_came_meanwhile()
    {
        var put = await PutAsync();
        _racing.BeforeSwap.Enqueue(() => TagAsync(put, "1"));
        await CollectAsync(_racing);
        Assert.Equal(("1", _bed.Clock.GetUtcNow()), ((await FindAsync(put))!.Tags["by"], (await FindAsync(put))!.UnreferencedSince));
        _racing.BeforeSwap.Enqueue(() => TagAsync(put, "2"));
        var again = await (await OpenAsync(_racing)).PutAsync(new MemoryStream([1]), new ObjectLabel(), LakeBed.Cancellation);
        var now = await FindAsync(put);
        Assert.Equal(("2", null), (now!.Tags["by"], now.UnreferencedSince));
        Assert.Equal("2", again.Tags["by"]);
    }

    [Fact]
    public async Task A_place_below_any_table_of_the_catalog_is_refused()
    {
        var table = await _bed.CreateAsync(Posts, name: "shop.posts");
        var inside = await Assert.ThrowsAsync<LakeRequestException>(() => ObjectStore.OpenAsync(_bed.Catalog, Name, $"{table.Metadata.Location}/data/objects", _bed.Clock, LakeBed.Cancellation));
        Assert.Contains($"it must not be below '{table.Metadata.Location}', which is table shop.posts's", inside.Message, StringComparison.Ordinal);
        await _bed.CreateAsync(Posts, properties: new Dictionary<string, string> { ["write.data.path"] = $"{_bed.Folder}/elsewhere", ["tier.cold.path"] = $"{_bed.Folder}/cold/shop/x" }, name: "shop.other");
        foreach (var place in new[] { "elsewhere", "cold/shop/x" })
        {
            Assert.Contains("which is table shop.other's", (await Assert.ThrowsAsync<LakeRequestException>(() => ObjectStore.OpenAsync(_bed.Catalog, Name, $"{_bed.Folder}/{place}/objects", _bed.Clock, LakeBed.Cancellation))).Message, StringComparison.Ordinal);
        }
        Assert.Null(await Table.LoadAsync(_bed.Catalog, Name, _bed.Clock, LakeBed.Cancellation));
        await OpenAsync(_bed.Catalog);
    }

    private static readonly TableSchema Posts = new(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "hash", PrimitiveType.String)]);

    private async Task<StoredObject> PutAsync()
    {
        var put = await (await OpenAsync(_bed.Catalog)).PutAsync(new MemoryStream([1]), new ObjectLabel(), LakeBed.Cancellation);
        await (await _bed.LoadAsync("media.files")).CommitAsync((_, b) => b.SetProperty("commit.retry.min-wait-ms", "0"), LakeBed.Cancellation);
        if (await Table.LoadAsync(_bed.Catalog, TableName.Parse("shop.posts"), _bed.Clock, LakeBed.Cancellation) is null) await _bed.CreateAsync(Posts, name: "shop.posts");
        return put;
    }

    private async Task TagAsync(StoredObject item, string by) => await (await OpenAsync(_bed.Catalog)).TagAsync(item.Hash, new Dictionary<string, string> { ["by"] = by }, LakeBed.Cancellation);

    private async Task CollectAsync(ICatalog catalog) =>
        await new ObjectCollection(await OpenAsync(catalog), [new ObjectReference(TableName.Parse("shop.posts"))]).RunAsync(TimeSpan.FromDays(1), LakeBed.Cancellation);

    private async Task<StoredObject?> FindAsync(StoredObject item) => await (await OpenAsync(_bed.Catalog)).FindAsync(item.Hash, LakeBed.Cancellation);

    private Task<ObjectStore> OpenAsync(ICatalog catalog) => ObjectStore.OpenAsync(catalog, Name, $"{_bed.Folder}/objects", _bed.Clock, LakeBed.Cancellation);
}
