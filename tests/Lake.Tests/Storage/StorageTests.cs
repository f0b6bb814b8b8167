using System.Text;
using Lake.Storage;
using Lake.Tests.Tables;
using TestKit;

namespace Lake.Tests.Storage;

/// <summary>What every storage promises, over each of them.</summary>
public abstract class StorageTests : IDisposable
{
    private protected readonly TemporaryFolder Folder = new();

    private protected abstract ITableStorage Storage { get; }

    /// <summary>A folder or prefix of the test's own.</summary>
    private protected abstract string Root { get; }

    public virtual void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_written_is_read_and_what_is_replaced_is_gone()
    {
        var location = $"{Root}/a/客户 1+2=3.json";
        await Storage.WriteAsync(location, Bytes("one"), LakeBed.Cancellation);
        Assert.Equal("one", await TextAsync(location));
        await Storage.ReplaceAsync(location, Bytes("two, longer"), LakeBed.Cancellation);
        Assert.Equal("two, longer", await TextAsync(location));
        Assert.True(await Storage.ExistsAsync(location, LakeBed.Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_and_deleting_it_is_no_error()
    {
        var location = $"{Root}/none/at-all.avro";
        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => Storage.ReadAsync(location, LakeBed.Cancellation));
        Assert.Contains(location, e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<FileNotFoundException>(() => Storage.OpenLocalAsync(location, LakeBed.Cancellation));
        Assert.Contains(location, e.Message, StringComparison.Ordinal);
        Assert.False(await Storage.ExistsAsync(location, LakeBed.Cancellation));
        await Storage.DeleteAsync(location, LakeBed.Cancellation);
    }

    [Fact]
    public async Task A_file_is_found_with_its_length_and_time_and_its_neighbours_are_not()
    {
        await Storage.WriteAsync($"{Root}/a/file.csv.gz", Bytes("longer"), LakeBed.Cancellation);
        Assert.Null(await Storage.FindAsync($"{Root}/a/file.csv", LakeBed.Cancellation));
        Assert.Null(await Storage.FindAsync($"{Root}/a", LakeBed.Cancellation));
        var found = (await Storage.FindAsync($"{Root}/a/file.csv.gz", LakeBed.Cancellation))!.Value;
        Assert.Equal(($"{Root}/a/file.csv.gz", 6L), (found.Location, found.Length));
        Assert.InRange(found.ModifiedAt, DateTimeOffset.UtcNow - TimeSpan.FromHours(1), DateTimeOffset.UtcNow + TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_local_file_is_published_under_another_name_whatever_is_there()
    {
        foreach (var round in (string[])["one", "one"])
        {
            using var file = await Storage.CreateLocalAsync($"{Root}/.incoming/{Guid.NewGuid():N}", LakeBed.Cancellation);
            await File.WriteAllTextAsync(file.Path, round, LakeBed.Cancellation);
            await Storage.PublishAsAsync(file, $"{Root}/ab/cd/hash", LakeBed.Cancellation);
        }
        Assert.Equal("one", await TextAsync($"{Root}/ab/cd/hash"));
        Assert.Equal([$"{Root}/ab/cd/hash"], (await LakeBed.FilesAsync(Storage, Root)).Select(f => f.Location));
    }

    [Fact]
    public async Task A_list_has_each_file_below_a_folder_once_and_none_of_its_neighbours()
    {
        string[] names = ["t/metadata/v1.json", "t/data/day=1/a.parquet", "t/data/day=1/b.parquet", "t/data/c d.parquet"];
        foreach (var name in names) await Storage.WriteAsync($"{Root}/{name}", Bytes(name), LakeBed.Cancellation);
        await Storage.WriteAsync($"{Root}/t2/data/x.parquet", Bytes("x"), LakeBed.Cancellation);
        var listed = await LakeBed.FilesAsync(Storage, $"{Root}/t");
        Assert.Equal(names.Select(n => $"{Root}/{n}").Order(StringComparer.Ordinal), listed.Select(f => f.Location));
        Assert.Equal(listed.Select(f => (long)f.Location.Length - Root.Length - 1), listed.Select(f => f.Length));
        Assert.All(listed, f => Assert.InRange(f.ModifiedAt, DateTimeOffset.UtcNow - TimeSpan.FromHours(1), DateTimeOffset.UtcNow + TimeSpan.FromHours(1)));
        Assert.Empty(await LakeBed.FilesAsync(Storage, $"{Root}/nothing"));
    }

    [Fact]
    public async Task Many_files_go_in_one_call()
    {
        var locations = Enumerable.Range(0, 30).Select(i => $"{Root}/many/f{i} &.avro").ToList();
        foreach (var location in locations) await Storage.WriteAsync(location, Bytes("x"), LakeBed.Cancellation);
        await Storage.DeleteAsync([.. locations.Skip(1), $"{Root}/many/never-there"], LakeBed.Cancellation);
        Assert.Equal([locations[0]], (await LakeBed.FilesAsync(Storage, $"{Root}/many")).Select(f => f.Location).ToList());
    }

    [Fact]
    public async Task A_file_that_was_written_locally_is_there_once_it_is_published()
    {
        var location = $"{Root}/data/p=1/x.parquet";
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        using (var file = await Storage.CreateLocalAsync(location, LakeBed.Cancellation))
        {
            await File.WriteAllBytesAsync(file.Path, bytes, LakeBed.Cancellation);
            Assert.Equal(bytes.Length, await Storage.PublishAsync(file, LakeBed.Cancellation));
        }
        Assert.Equal(bytes, await Storage.ReadAsync(location, LakeBed.Cancellation));
        using var copy = await Storage.OpenLocalAsync(location, LakeBed.Cancellation);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(copy.Path, LakeBed.Cancellation));
    }

    private protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private protected async Task<string> TextAsync(string location) => Encoding.UTF8.GetString(await Storage.ReadAsync(location, LakeBed.Cancellation));
}
