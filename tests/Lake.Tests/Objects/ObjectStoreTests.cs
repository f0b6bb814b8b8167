using System.Security.Cryptography;
using System.Text;
using Lake.Catalog;
using Lake.Expressions;
using Lake.Objects;
using Lake.Tests.Foreign;
using Lake.Tests.Import;
using Lake.Tests.Tables;

namespace Lake.Tests.Objects;

public class ObjectStoreTests : IDisposable
{
    private readonly LakeBed _bed;

    public ObjectStoreTests()
        : this(new LocalPlace())
    {
    }

    private protected ObjectStoreTests(TablePlace place) => _bed = new LakeBed(place, warehouse: $"{place.Root}/lake");

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_same_bytes_are_one_object_whatever_they_are_called()
    {
        var store = await OpenAsync();
        var bytes = Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 31)).ToArray();
        var first = await store.PutAsync(new MemoryStream(bytes), new ObjectLabel { Name = "a.onnx", Origin = "上海", Tags = new Dictionary<string, string> { ["k"] = "v" } }, LakeBed.Cancellation);
        _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await store.PutAsync(new MemoryStream(bytes), new ObjectLabel { Name = "b.bin" }, LakeBed.Cancellation);
        Assert.Equivalent(first, second, strict: true);
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(bytes)), "application/onnx", 3_000_000L, "a.onnx", "上海", "v"), (first.Hash.ToString(), first.Type, first.Size, first.Name, first.Origin, first.Tags["k"]));
        var hash = first.Hash.ToString();
        Assert.Equal([$"{Location}/{hash[..2]}/{hash[2..4]}/{hash}"], await _bed.Place.FilesAsync(Location));
        await using var read = await store.GetAsync(first.Hash, LakeBed.Cancellation);
        Assert.Equal(first.Hash, await ObjectHash.OfAsync(read, LakeBed.Cancellation));
        if (_bed.Place.IsLocal) Assert.Equal([hash], (await ForeignReaders.ReadTableAsync((await _bed.LoadAsync("media.files")).Metadata.Location)).Select(r => r.GetProperty("hash").GetString()));
    }

    [Fact]
    public async Task Objects_are_listed_by_columns_and_tags()
    {
        var store = await OpenAsync();
        var put = await store.PutAllAsync([.. Enumerable.Range(0, 6).Select(i => ((Stream)new MemoryStream(Encoding.UTF8.GetBytes($"text {i}")), new ObjectLabel { Name = $"{i}.csv", Tags = new Dictionary<string, string> { ["even"] = $"{i % 2 == 0}", ["third"] = $"{i % 3 == 0}" } })), (new MemoryStream("text 0"u8.ToArray()), new ObjectLabel())], LakeBed.Cancellation);
        Assert.Equal((7, put[0].Hash, 1), (put.Count, put[6].Hash, (await _bed.LoadAsync("media.files")).Metadata.Snapshots.Count));
        Assert.Equal(["0.csv"], await NamesAsync(store, Filter.All, ("even", "True"), ("third", "True")));
        Assert.Equal(["0.csv", "2.csv", "4.csv"], await NamesAsync(store, Filter.Equal("type", "text/csv"), ("even", "True")));
        Assert.Equal(["5.csv"], await NamesAsync(store, Filter.Equal("hash", put[5].Hash.ToString())));
        Assert.True(await store.TagAsync(put[5].Hash, new Dictionary<string, string> { ["even"] = "True" }, LakeBed.Cancellation));
        Assert.False(await store.TagAsync(default, new Dictionary<string, string>(), LakeBed.Cancellation));
        Assert.Equal(["0.csv", "2.csv", "4.csv", "5.csv"], await NamesAsync(store, Filter.All, ("even", "True")));
    }

    [Fact]
    public async Task Bytes_that_were_changed_on_the_disk_are_not_given()
    {
        var store = await OpenAsync();
        var put = await store.PutAsync(new MemoryStream("abc"u8.ToArray()), new ObjectLabel(), LakeBed.Cancellation);
        var file = (await _bed.Place.FilesAsync(Location)).Single();
        await _bed.Place.WriteAsync(file, "abd");
        Assert.Contains("its bytes were changed since it was put", (await Assert.ThrowsAsync<LakeFormatException>(() => store.GetAsync(put.Hash, LakeBed.Cancellation))).Message, StringComparison.Ordinal);
        await _bed.Place.DeleteAsync(file);
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.GetAsync(put.Hash, LakeBed.Cancellation));
        // The same bytes heal it.
        await store.PutAsync(new MemoryStream("abc"u8.ToArray()), new ObjectLabel(), LakeBed.Cancellation);
        await (await store.GetAsync(put.Hash, LakeBed.Cancellation)).DisposeAsync();
        Assert.Null(await store.FindAsync(ObjectHash.Parse(new string('0', 64)), LakeBed.Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_put_that_was_killed_at_any_step_leaves_no_torn_object_and_is_done_again(bool isDone)
    {
        var bytes = Encoding.UTF8.GetBytes("some bytes");
        for (var (call, died) = (0, true); died; call += _bed.Place.Stride(1, 5))
        {
            var root = $"{_bed.Folder}/{call}";
            var storage = new DyingStorage(_bed.Place.Storage, call, isDone);
            await Record.ExceptionAsync(async () => await (await OpenAsync(new FileCatalog(storage, $"{root}/lake"), root)).PutAsync(new MemoryStream(bytes), new ObjectLabel(), LakeBed.Cancellation));
            died = storage.IsDead;
            var catalog = new FileCatalog(_bed.Place.Storage, $"{root}/lake");
            var store = await OpenAsync(catalog, root);
            foreach (var file in (await _bed.Place.FilesAsync($"{root}/objects")).Where(f => !f.Contains("/.incoming/", StringComparison.Ordinal))) Assert.Equal(bytes, await _bed.Place.ReadAsync(file));
            var put = await store.PutAsync(new MemoryStream(bytes), new ObjectLabel(), LakeBed.Cancellation);
            await (await store.GetAsync(put.Hash, LakeBed.Cancellation)).DisposeAsync();
            Assert.Single(await LakeBed.ReadAsync(await store.TableAsync(LakeBed.Cancellation)));
            Assert.True(call < 60, "a put made 60 calls");
        }
    }

    [Fact]
    public async Task Puts_of_the_same_bytes_at_once_leave_one_row()
    {
        var store = await OpenAsync();
        var table = await store.TableAsync(LakeBed.Cancellation);
        await table.CommitAsync((_, b) => b.SetProperty("commit.retry.min-wait-ms", "0").SetProperty("commit.retry.num-retries", "100"), LakeBed.Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => store.PutAsync(new MemoryStream([(byte)(i % 2)]), new ObjectLabel(), LakeBed.Cancellation))));
        Assert.Equal(2, (await LakeBed.ReadAsync(await _bed.LoadAsync("media.files"))).Count);
    }

    [Fact]
    public async Task Places_that_do_not_fit_are_refused()
    {
        await OpenAsync();
        var other = await Assert.ThrowsAsync<LakeRequestException>(() => ObjectStore.OpenAsync(_bed.Catalog, TableName.Parse("media.files"), $"{_bed.Folder}/else", _bed.Clock, LakeBed.Cancellation));
        Assert.StartsWith($"location is '{_bed.Folder}/else'; table media.files is of the objects in '{Location}'", other.Message, StringComparison.Ordinal);
        var inside = await Assert.ThrowsAsync<LakeRequestException>(() => ObjectStore.OpenAsync(_bed.Catalog, TableName.Parse("media.inside"), $"{_bed.Folder}/lake/media/inside/objects", _bed.Clock, LakeBed.Cancellation));
        Assert.Contains("it must not be below the table's own", inside.Message, StringComparison.Ordinal);
        Assert.StartsWith("hash is 'abc'; it must be 64 hexadecimal digits", Assert.Throws<ArgumentException>(() => ObjectHash.Parse("abc")).Message, StringComparison.Ordinal);
    }

    private string Location => $"{_bed.Folder}/objects";

    private Task<ObjectStore> OpenAsync() => OpenAsync(_bed.Catalog, _bed.Folder);

    private Task<ObjectStore> OpenAsync(ICatalog catalog, string root) => ObjectStore.OpenAsync(catalog, TableName.Parse("media.files"), $"{root}/objects", _bed.Clock, LakeBed.Cancellation);

    private static async Task<List<string?>> NamesAsync(ObjectStore store, Filter filter, params (string Name, string Value)[] tags)
    {
        var names = new List<string?>();
        await foreach (var item in store.ListAsync(filter, tags.ToDictionary(t => t.Name, t => t.Value), LakeBed.Cancellation)) names.Add(item.Name);
        return [.. names.Order()];
    }
}
