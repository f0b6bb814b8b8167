using Lake.Catalog;
using Lake.Commit;
using Lake.Maintenance;
using Lake.Metadata;
using Lake.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Catalog;

/// <summary>What every catalog promises, over each of them.</summary>
public abstract class CatalogTests : IDisposable
{
    private protected static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long)]);

    private protected CatalogTests(Func<string, ICatalog> catalog) => Bed = new LakeBed(catalog);

    private protected LakeBed Bed { get; }

    private protected ICatalog Catalog => Bed.Catalog;

    public void Dispose()
    {
        Bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_table_is_made_once_and_found_by_name()
    {
        var made = await Bed.CreateAsync(Schema, name: "shop.asia.orders");
        Assert.Null(await Table.CreateAsync(Catalog, made.Name, new TableDefinition(Schema), Bed.Clock, LakeBed.Cancellation));
        Assert.Equal(made.Metadata.TableUuid, (await Bed.LoadAsync("shop.asia.orders")).Metadata.TableUuid);
        Assert.Null(await Catalog.LoadAsync(TableName.Parse("shop.orders"), LakeBed.Cancellation));
        await Bed.CreateAsync(Schema, name: "a.b");
        Assert.Equal(["a.b", "shop.asia.orders"], (await Catalog.ListAsync(LakeBed.Cancellation)).Select(n => n.ToString()));
    }

    [Fact]
    public async Task Metadata_are_compressed_where_the_table_wants_that_and_read_either_way()
    {
        var table = await Bed.CreateAsync(Schema, properties: new Dictionary<string, string> { ["write.metadata.compression-codec"] = "gzip", ["write.metadata.previous-versions-max"] = "100" });
        table = await table.AppendAsync([LakeBed.Rows(Schema.Fields, [1L])], LakeBed.Cancellation);
        table = await table.AppendAsync([LakeBed.Rows(Schema.Fields, [2L])], LakeBed.Cancellation);
        Assert.EndsWith(".gz.metadata.json", table.Version.Location, StringComparison.Ordinal);
        Assert.Equal([0x1f, 0x8b], (await File.ReadAllBytesAsync(table.Version.Location, LakeBed.Cancellation))[..2]);
        var read = await Bed.LoadAsync();
        Assert.Equal((table.Version.Location, 2), (read.Version.Location, read.Metadata.Snapshots.Count));
        Assert.Equal([[1L], [2L]], (await LakeBed.ReadAsync(read)).OrderBy(r => r[0]));
        Assert.Equal(["shop.orders"], (await Catalog.ListAsync(LakeBed.Cancellation)).Select(n => n.ToString()));
        var report = await new OrphanFiles(read, Bed.Clock).PlanAsync(TimeSpan.FromDays(1), null, LakeBed.Cancellation);
        Assert.Equal((0, 0L), (report.Orphans.Count, report.TooYoung));
        for (var i = 0; i < 2; i++) table = await table.CommitAsync((_, builder) => builder.SetProperty("write.metadata.compression-codec", "none"), LakeBed.Cancellation);
        Assert.DoesNotContain(".gz", table.Version.Location, StringComparison.Ordinal);
        Assert.Equal(table.Version.Location, (await Bed.LoadAsync()).Version.Location);
        Assert.True(await Catalog.TryDropAsync(table.Name, table.Version, LakeBed.Cancellation));
        Assert.Empty(await Catalog.ListAsync(LakeBed.Cancellation));
    }

    [Fact]
    public async Task A_compression_of_metadata_that_is_none_is_refused_before_the_table_has_it()
    {
        var table = await Bed.CreateAsync(Schema);
        var e = await Assert.ThrowsAsync<CommitNotMadeException>(() => table.CommitAsync((_, builder) => builder.SetProperty("write.metadata.compression-codec", "zip"), LakeBed.Cancellation));
        Assert.Equal("property write.metadata.compression-codec is 'zip'; it must be none or gzip", e.Message);
        Assert.Equal(table.Version.Location, (await Bed.LoadAsync()).Version.Location);
        var properties = new Dictionary<string, string> { ["write.metadata.compression-codec"] = "zip" };
        await Assert.ThrowsAsync<CommitNotMadeException>(() => Bed.CreateAsync(Schema, properties: properties, name: "shop.other"));
        Assert.Equal(["shop.orders"], (await Catalog.ListAsync(LakeBed.Cancellation)).Select(n => n.ToString()));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public async Task Of_many_that_turn_compression_on_and_off_one_succeeds(string codec)
    {
        const string Property = "write.metadata.compression-codec";
        var table = await Bed.CreateAsync(Schema, properties: new Dictionary<string, string> { [Property] = codec });
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => Catalog.TryReplaceAsync(
            table.Name, table.Version, new MetadataBuilder(table.Metadata, Bed.Clock).SetProperty(Property, i % 2 == 0 ? "gzip" : "none").SetProperty("writer", $"{i}").Build(table.Version.Location), LakeBed.Cancellation))));
        var won = Assert.Single(tries.Index(), t => t.Item is not null);
        Assert.Equal(($"{won.Index}", won.Item!.Location), ((await Bed.LoadAsync()).Metadata.Properties["writer"], (await Bed.LoadAsync()).Version.Location));
    }

    [Fact]
    public async Task Of_many_that_replace_one_version_one_succeeds()
    {
        var table = await Bed.CreateAsync(Schema);
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => Catalog.TryReplaceAsync(
            table.Name, table.Version, new MetadataBuilder(table.Metadata, Bed.Clock).SetProperty("writer", $"{i}").Build(table.Version.Location), LakeBed.Cancellation))));
        var won = Assert.Single(tries.Index(), t => t.Item is not null);
        var now = await Bed.LoadAsync();
        Assert.Equal(($"{won.Index}", won.Item!.Location), (now.Metadata.Properties["writer"], now.Version.Location));
        Assert.Equal(2, Directory.EnumerateFiles($"{table.Metadata.Location}/metadata", "*.metadata.json").Count());
    }

    [Fact]
    public async Task A_dropped_table_is_gone_and_its_name_is_free()
    {
        var first = await Bed.CreateAsync(Schema);
        Assert.True(await Catalog.DropAsync(first.Name, LakeBed.Cancellation));
        Assert.False(await Catalog.DropAsync(first.Name, LakeBed.Cancellation));
        Assert.Null(await Catalog.LoadAsync(first.Name, LakeBed.Cancellation));
        var second = await Bed.CreateAsync(Schema);
        Assert.NotEqual(first.Metadata.TableUuid, second.Metadata.TableUuid);
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => first.RefreshAsync(LakeBed.Cancellation));
        Assert.Equal("table shop.orders was dropped, and another one has its name", e.Message);
    }

    [Fact]
    public async Task Manifests_lie_where_write_metadata_path_says_and_orphans_are_looked_for_there()
    {
        var folder = Path.Combine(Bed.Folder, "elsewhere");
        var table = await Bed.CreateAsync(Schema, properties: new Dictionary<string, string> { ["write.metadata.path"] = folder });
        for (var i = 0; i < 2; i++) table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)i])], LakeBed.Cancellation);
        Assert.Equal(2, (await LakeBed.ReadAsync(await Bed.LoadAsync())).Count);
        Assert.Equal(4, Directory.EnumerateFiles(folder, "*.avro").Count());
        Assert.Empty(Directory.EnumerateFiles(table.Metadata.Location, "*.avro", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(Path.Combine(folder, "m-left.avro"), "left", LakeBed.Cancellation);
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(4));
        var orphans = await new OrphanFiles(table, clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        Assert.Equal([Path.Combine(folder, "m-left.avro")], orphans.Orphans.Select(o => o.Location));
        Assert.True(await Catalog.PurgeAsync(table.Name, null, LakeBed.Cancellation));
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public async Task A_table_is_dropped_at_its_version_and_stays_where_others_changed_it()
    {
        var first = await Bed.CreateAsync(Schema);
        var second = await first.AppendAsync([LakeBed.Rows(first.Schema.Fields, [1L])], LakeBed.Cancellation);
        Assert.False(await Catalog.TryDropAsync(first.Name, first.Version, LakeBed.Cancellation));
        Assert.Single(await LakeBed.ReadAsync(await Bed.LoadAsync()));
        Assert.True(await Catalog.TryDropAsync(first.Name, second.Version, LakeBed.Cancellation));
        Assert.False(await Catalog.TryDropAsync(first.Name, second.Version, LakeBed.Cancellation));
        Assert.Null(await Catalog.LoadAsync(first.Name, LakeBed.Cancellation));
        await Bed.CreateAsync(Schema);
    }

    [Fact]
    public async Task A_purged_table_leaves_no_file_and_a_protected_one_is_refused()
    {
        var table = await Bed.CreateAsync(Schema);
        for (var i = 0; i < 3; i++) table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)i])], LakeBed.Cancellation);
        table = await table.CommitAsync((_, builder) => builder.SetProperty("gc.enabled", "false"), LakeBed.Cancellation);
        var e = await Assert.ThrowsAsync<CatalogException>(() => Catalog.PurgeAsync(table.Name, null, LakeBed.Cancellation));
        Assert.StartsWith("property gc.enabled of table shop.orders is 'false'", e.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await LakeBed.ReadAsync(await Bed.LoadAsync())).Count);
        await table.CommitAsync((_, builder) => builder.RemoveProperty("gc.enabled"), LakeBed.Cancellation);
        Assert.True(await Catalog.PurgeAsync(table.Name, null, LakeBed.Cancellation));
        Assert.False(await Catalog.PurgeAsync(table.Name, null, LakeBed.Cancellation));
        Assert.Empty(await LakeBed.FilesAsync(new LocalStorage(), table.Metadata.Location));
    }
}
