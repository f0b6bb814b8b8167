using System.IO.Compression;
using Lake.Catalog;
using Lake.Commit;
using Lake.Metadata;
using Lake.Storage;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Write;
using Microsoft.Extensions.Time.Testing;

namespace Lake.Tests.Catalog;

public sealed class FileCatalogTests() : CatalogTests(folder => new FileCatalog(new LocalStorage(), folder))
{
    // Of files as the disk dates them.
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Old_metadata_files_go_with_commits_once_they_are_an_hour_old_and_the_oldest_first()
    {
        var properties = new Dictionary<string, string> { ["write.metadata.delete-after-commit.enabled"] = "true", ["write.metadata.previous-versions-max"] = "3" };
        using var bed = new LakeBed(folder => new FileCatalog(new LocalStorage(), folder, _clock));
        var table = await bed.CreateAsync(Schema, properties: properties);
        for (var i = 2; i <= 10; i++) table = await TouchAsync(table);
        Assert.Equal(Enumerable.Range(1, 10), Versions(table));
        foreach (var file in Directory.EnumerateFiles($"{table.Metadata.Location}/metadata")) File.SetLastWriteTimeUtc(file, _clock.GetUtcNow().UtcDateTime.AddHours(-2));
        File.SetLastWriteTimeUtc($"{table.Metadata.Location}/metadata/v6.metadata.json", _clock.GetUtcNow().UtcDateTime);
        for (var i = 11; i <= 20; i++) table = await TouchAsync(table);
        // The sixth is too young, and so those after it stay as well.
        Assert.Equal(Enumerable.Range(6, 15), Versions(table));
        Assert.Equal(20, Version((await bed.LoadAsync()).Version.Location));
        await File.WriteAllTextAsync($"{table.Metadata.Location}/metadata/version-hint.text", "2", LakeBed.Cancellation);
        Assert.Equal(20, Version((await bed.LoadAsync()).Version.Location));
    }

    [Theory]
    [InlineData("v3.gz.metadata.json")]
    [InlineData("v3.metadata.json.gz")]
    public async Task Compressed_metadata_of_other_engines_are_found_with_a_hint_and_without(string name)
    {
        var table = await Bed.CreateAsync(Schema);
        for (var i = 2; i <= 3; i++) table = await TouchAsync(table);
        var folder = $"{table.Metadata.Location}/metadata";
        await using (var gzip = new GZipStream(File.Create($"{folder}/{name}"), CompressionLevel.Optimal)) await gzip.WriteAsync(await File.ReadAllBytesAsync($"{folder}/v3.metadata.json", LakeBed.Cancellation), LakeBed.Cancellation);
        File.Delete($"{folder}/v3.metadata.json");
        foreach (var hint in (string?[])["3", "2", null])
        {
            if (hint is null) File.Delete($"{folder}/version-hint.text");
            else await File.WriteAllTextAsync($"{folder}/version-hint.text", hint, LakeBed.Cancellation);
            var read = await Bed.LoadAsync();
            Assert.Equal(($"{folder}/{name}", table.Metadata.LastUpdatedMs), (read.Version.Location, read.Metadata.LastUpdatedMs));
        }
        table = await TouchAsync(await Bed.LoadAsync());
        Assert.Equal($"{folder}/v4.metadata.json", (await Bed.LoadAsync()).Version.Location);
    }

    [Fact]
    public async Task A_writer_that_slept_while_its_number_was_given_and_cleared_away_does_not_claim_success()
    {
        var storage = new FaultyStorage(new LocalStorage());
        using var bed = new LakeBed(folder => new FileCatalog(storage, folder, _clock));
        var table = await bed.CreateAsync(Schema);
        // While it sleeps between seeing the newest number and giving the next, others give five and clear three away.
        storage.Before("TryCreate", async () =>
        {
            var others = new FileCatalog(new LocalStorage(), bed.Folder, _clock);
            for (var (i, now) = (0, table.Version); i < 5; i++)
            {
                var next = new MetadataBuilder(now.Metadata, _clock).SetProperty("by", "others").Build(now.Location);
                now = await others.TryReplaceAsync(table.Name, now, next, LakeBed.Cancellation) ?? throw new InvalidOperationException("others were refused");
            }
            for (var i = 1; i <= 3; i++) File.Delete($"{table.Metadata.Location}/metadata/v{i}.metadata.json");
            _clock.Advance(TimeSpan.FromHours(2));
        });
        await Assert.ThrowsAsync<CommitStateUnknownException>(() => table.CommitAsync((_, builder) => builder.SetProperty("by", "sleeper"), LakeBed.Cancellation));
        var after = await bed.LoadAsync();
        Assert.Equal(("others", 6), (after.Metadata.Properties["by"], Version(after.Version.Location)));
    }

    [Fact]
    public async Task A_table_whose_hint_is_lost_or_torn_is_found_by_its_files()
    {
        var table = await Bed.CreateAsync(Schema);
        for (var i = 0; i < 11; i++) table = await TouchAsync(table);
        var hint = $"{table.Metadata.Location}/metadata/version-hint.text";
        foreach (var text in (string?[])[null, "", "1", "abc", "8"])
        {
            File.Delete(hint);
            if (text is not null) await File.WriteAllTextAsync(hint, text, LakeBed.Cancellation);
            Assert.Equal(table.Version.Location, (await Bed.LoadAsync()).Version.Location);
        }
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(9, 5)]
    public async Task A_hint_ahead_of_every_file_is_an_error_that_names_the_lost_file_and_stops_commits(int hint, int left)
    {
        var table = await Bed.CreateAsync(Schema);
        for (var i = 2; i <= 5; i++) table = await TouchAsync(table);
        var folder = $"{table.Metadata.Location}/metadata";
        await File.WriteAllTextAsync($"{folder}/version-hint.text", $"{hint}", LakeBed.Cancellation);
        for (var version = left + 1; version <= 5; version++) File.Move($"{folder}/v{version}.metadata.json", $"{folder}/v{version}.lost");
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => Bed.LoadAsync());
        Assert.Equal(
            $"{folder}/v{hint}.metadata.json is gone, and version-hint.text names it as the table's newest metadata file, so what was committed last is in it: bring it back from a copy, or, to go on without "
            + $"what was committed since v{left}.metadata.json, write {left} into {folder}/version-hint.text",
            e.Message);
        await Assert.ThrowsAsync<CommitNotMadeException>(() => TouchAsync(table));
        Assert.Equal(Enumerable.Range(1, left), Versions(table));
        // What the message says helps.
        await File.WriteAllTextAsync($"{folder}/version-hint.text", $"{left}", LakeBed.Cancellation);
        Assert.Equal(left, Version((await Bed.LoadAsync()).Version.Location));
        Assert.Equal(left + 1, Version((await TouchAsync(await Bed.LoadAsync())).Version.Location));
    }

    [Fact]
    public async Task A_table_without_any_metadata_file_is_no_new_table_and_can_be_dropped()
    {
        var table = await TouchAsync(await Bed.CreateAsync(Schema));
        foreach (var file in Directory.GetFiles($"{table.Metadata.Location}/metadata", "v*.json")) File.Delete(file);
        Assert.Contains("v2.metadata.json is gone", (await Assert.ThrowsAsync<LakeFormatException>(() => Bed.CreateAsync(Schema))).Message, StringComparison.Ordinal);
        Assert.Equal([table.Name], await Bed.Catalog.ListAsync(LakeBed.Cancellation));
        Assert.True(await Bed.Catalog.DropAsync(table.Name, LakeBed.Cancellation));
        Assert.Empty(await Bed.Catalog.ListAsync(LakeBed.Cancellation));
        Assert.False(await Bed.Catalog.DropAsync(table.Name, LakeBed.Cancellation));
        Assert.Equal(1, Version((await Bed.CreateAsync(Schema)).Version.Location));
    }

    [Fact]
    public async Task A_drop_between_a_commit_and_its_hint_leaves_no_table_behind()
    {
        var storage = new FaultyStorage(new LocalStorage());
        using var bed = new LakeBed(folder => new FileCatalog(storage, folder));
        var table = await bed.CreateAsync(Schema);
        storage.Before("Replace", () => new FileCatalog(new LocalStorage(), bed.Folder).DropAsync(table.Name, LakeBed.Cancellation));
        await TouchAsync(table);
        Assert.Null(await Table.LoadAsync(bed.Catalog, table.Name, bed.Clock, LakeBed.Cancellation));
        Assert.Equal(1, Version((await bed.CreateAsync(Schema)).Version.Location));
    }

    private async Task<Table> TouchAsync(Table table) => await table.CommitAsync((_, builder) => builder.SetProperty("touched", $"{table.Version.Location}"), LakeBed.Cancellation);

    private static int Version(string location) => int.Parse(Path.GetFileName(location)[1..].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<int> Versions(Table table) => Directory.EnumerateFiles($"{table.Metadata.Location}/metadata", "v*.metadata.json").Select(Version).Order();
}
