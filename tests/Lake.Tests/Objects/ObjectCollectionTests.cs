using Lake.Catalog;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Objects;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Objects;

public class ObjectCollectionTests : IDisposable
{
    private static readonly TableSchema Posts = new(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "hash", PrimitiveType.String), NestedField.Optional(3, "media", new StructType([NestedField.Optional(4, "poster", PrimitiveType.String)]))]);

    private readonly LakeBed _bed;

    public ObjectCollectionTests()
        : this(new LocalPlace())
    {
    }

    private protected ObjectCollectionTests(TablePlace place) => _bed = new LakeBed(place, warehouse: $"{place.Root}/lake");

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_no_row_names_goes_after_an_age_and_the_rest_stays()
    {
        var (store, table) = await OpenAsync();
        var (row, nested, tagged, unused) = (await PutAsync(store, 1), await PutAsync(store, 2), await PutAsync(store, 3), await PutAsync(store, 4));
        table = await AppendAsync(table, 9, tagged, null);
        table = await table.CreateTagAsync("kept", null, null, LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Equal("id", 9), null, LakeBed.Cancellation);
        table = await AppendAsync(table, 1, row, nested);
        Assert.Equal(new CollectionReport(4, 1, 0, 0, 0, 0), await CollectAsync(store));
        Assert.Equal(_bed.Clock.GetUtcNow(), (await store.FindAsync(unused, LakeBed.Cancellation))!.UnreferencedSince);
        Later(TimeSpan.FromHours(23));
        Assert.Equal(new CollectionReport(4, 0, 0, 0, 0, 0), await CollectAsync(store));
        Later(TimeSpan.FromHours(1));
        Assert.Equal(new CollectionReport(4, 0, 0, 1, 1, 1), await CollectAsync(store));
        Assert.Null(await store.FindAsync(unused, LakeBed.Cancellation));
        Assert.Equal(3, (await FilesAsync()).Count);
        foreach (var hash in (ObjectHash[])[row, nested, tagged]) await (await store.GetAsync(hash, LakeBed.Cancellation)).DisposeAsync();
    }

    [Fact]
    public async Task What_is_named_or_put_again_meanwhile_stays()
    {
        var (store, table) = await OpenAsync();
        var (named, again) = (await PutAsync(store, 1), await PutAsync(store, 2));
        Assert.Equal(2, (await CollectAsync(store)).Marked);
        Later(TimeSpan.FromDays(2));
        await AppendAsync(table, 1, named, null);
        await PutAsync(store, 2);
        Assert.Equal(new CollectionReport(2, 1, 1, 0, 0, 0), await CollectAsync(store));
        Assert.Null((await store.FindAsync(named, LakeBed.Cancellation))!.UnreferencedSince);
        await (await store.GetAsync(again, LakeBed.Cancellation)).DisposeAsync();
    }

    [Fact]
    public async Task Files_that_cut_off_puts_left_go_when_they_are_old()
    {
        var (store, table) = await OpenAsync();
        await AppendAsync(table, 1, await PutAsync(store, 1), null);
        var orphan = $"{_bed.Folder}/objects/ab/cd/abcd{new string('0', 60)}";
        var torn = $"{_bed.Folder}/objects/.incoming/{Guid.NewGuid():N}";
        var foreign = $"{_bed.Folder}/objects/readme.txt";
        foreach (var file in (string[])[orphan, torn, foreign])
        {
            await _bed.Place.WriteAsync(file, "xx");
            _bed.Place.SetTime(file, _bed.Clock.GetUtcNow().AddDays(-1.1));
        }
        var young = torn + "0";
        await _bed.Place.WriteAsync(young, "going on");
        _bed.Place.SetTime(young, _bed.Clock.GetUtcNow().AddDays(-0.9));
        Assert.Equal(new CollectionReport(1, 0, 0, 0, 2, 4), await CollectAsync(store));
        Assert.Equal([foreign, young], (await FilesAsync()).Intersect([orphan, torn, foreign, young]).OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rows_that_name_what_is_not_there_are_listed_with_the_reason()
    {
        var (store, table) = await OpenAsync();
        var (whole, gone) = (await PutAsync(store, 1), await PutAsync(store, 2));
        var unknown = ObjectHash.Parse(new string('a', 64));
        table = await AppendAsync(table, 1, whole, gone);
        table = await AppendAsync(table, 2, unknown, gone);
        await table.AppendAsync([LakeBed.Rows(Posts.Fields, [3L, "no hash", null])], LakeBed.Cancellation);
        await _bed.Place.DeleteAsync((await _bed.Place.FilesAsync($"{_bed.Folder}/objects", gone.ToString())).Single());
        var dangling = await Collection(store).DanglingAsync(LakeBed.Cancellation);
        Assert.Equal(
            [("hash", unknown.ToString(), 1L, "no object has the hash"), ("hash", "no hash", 1, "it is no hash: 64 hexadecimal digits"), ("media.poster", gone.ToString(), 2, "the object's file is gone")],
            dangling.Select(d => (d.Reference.Column, d.Hash, d.Rows, d.Reason)));
    }

    [Fact]
    public async Task A_collection_without_all_references_removes_nothing()
    {
        var (store, _) = await OpenAsync();
        await PutAsync(store, 1);
        Task Run(TimeSpan age, params ObjectReference[] references) => new ObjectCollection(store, references).RunAsync(age, LakeBed.Cancellation);
        await Assert.ThrowsAsync<ArgumentException>(() => Run(TimeSpan.FromDays(1)));
        await Assert.ThrowsAsync<ArgumentException>(() => Run(TimeSpan.FromMinutes(59), new ObjectReference(TableName.Parse("shop.posts"))));
        Assert.Equal("reference is to table shop.none; there is none of that name", (await Assert.ThrowsAsync<LakeFormatException>(() => Run(TimeSpan.FromDays(1), new ObjectReference(TableName.Parse("shop.none"))))).Message);
        Assert.Equal("reference is to column 'id' of table shop.posts; it must be a string column there, in no list or map", (await Assert.ThrowsAsync<LakeFormatException>(() => Run(TimeSpan.FromDays(1), new ObjectReference(TableName.Parse("shop.posts"), "id")))).Message);
        Assert.Single(await FilesAsync());
    }

    private async Task<(ObjectStore Store, Table Table)> OpenAsync() =>
        (await ObjectStore.OpenAsync(_bed.Catalog, TableName.Parse("media.files"), $"{_bed.Folder}/objects", _bed.Clock, LakeBed.Cancellation), await _bed.CreateAsync(Posts, name: "shop.posts"));

    private static ObjectCollection Collection(ObjectStore store) => new(store, [new ObjectReference(TableName.Parse("shop.posts")), new ObjectReference(TableName.Parse("shop.posts"), "media.poster")]);

    private static Task<CollectionReport> CollectAsync(ObjectStore store) => Collection(store).RunAsync(TimeSpan.FromDays(1), LakeBed.Cancellation);

    // The file has the time of the test's clock.
    private async Task<ObjectHash> PutAsync(ObjectStore store, byte content)
    {
        var put = await store.PutAsync(new MemoryStream([content]), new ObjectLabel(), LakeBed.Cancellation);
        _bed.Place.SetTime((await _bed.Place.FilesAsync($"{_bed.Folder}/objects", put.Hash.ToString())).Single(), _bed.Clock.GetUtcNow().AddSeconds(-1));
        return put.Hash;
    }

    private void Later(TimeSpan time) => _bed.Clock.Advance(time);

    private Task<List<string>> FilesAsync() => _bed.Place.FilesAsync($"{_bed.Folder}/objects");

    private static Task<Table> AppendAsync(Table table, long id, ObjectHash hash, ObjectHash? poster) =>
        table.AppendAsync([LakeBed.Rows(Posts.Fields, [id, hash.ToString(), poster is { } p ? new object?[] { p.ToString() } : null])], LakeBed.Cancellation);
}
