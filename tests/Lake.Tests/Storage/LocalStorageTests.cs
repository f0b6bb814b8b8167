using Lake.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Storage;

public sealed class LocalStorageTests : StorageTests
{
    private protected override ITableStorage Storage { get; } = new LocalStorage();

    private protected override string Root => Folder.Path;

    [Fact]
    public async Task Of_many_that_create_a_file_at_once_one_has_created_it_and_no_temporary_file_is_left()
    {
        var location = $"{Root}/t/metadata/v1.metadata.json";
        var created = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Storage.TryCreateAsync(location, Bytes($"writer {i}"), LakeBed.Cancellation))));
        Assert.Equal($"writer {Assert.Single(created.Index(), c => c.Item).Index}", await TextAsync(location));
        Assert.Equal([location], Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_list_passes_over_files_that_vanish_while_it_is_made()
    {
        for (var i = 0; i < 200; i++) await Storage.WriteAsync($"{Root}/f{i}", Bytes("x"), LakeBed.Cancellation);
        var seen = new List<string>();
        await foreach (var file in Storage.ListAsync(Root, LakeBed.Cancellation))
        {
            // Those that are listed after the first are gone before their turn.
            if (seen.Count == 0) foreach (var path in Directory.EnumerateFiles(Root).Where(p => p != file.Location).ToList()) File.Delete(path);
            seen.Add(file.Location);
        }
        Assert.Single(seen);
    }

    [Theory]
    [InlineData(28, "x", "/t/a.avro cannot be written: the disk is full; free space on it, or expire snapshots and remove orphan files of tables, then try again")]
    [InlineData(122, "x", "/t/a.avro cannot be written: the disk is full; free space on it, or expire snapshots and remove orphan files of tables, then try again")]
    [InlineData(0, "IOError: Error writing bytes to file. Detail: [errno 28] No space left on device", "/t/a.avro cannot be written: the disk is full; free space on it, or expire snapshots and remove orphan files of tables, then try again")]
    [InlineData(5, "Input/output error", "/t/a.avro cannot be written: Input/output error")]
    public void A_disk_that_refuses_is_told_with_the_file_and_what_to_do(int error, string text, string message) =>
        Assert.Equal(message, DiskFaults.Named("/t/a.avro", new IOException(text) { HResult = error }).Message);
}
