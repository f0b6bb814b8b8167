using Lake.Maintenance;
using Lake.Metadata;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Maintenance;

public sealed class OrphanFilesTests : IDisposable
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long)]);

    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Only_old_files_that_nothing_names_go()
    {
        var table = await FilledAsync("shop.orders");
        var named = Files(table);
        string[] old = [$"{table.Metadata.Location}/data/left.parquet", $"{table.Metadata.Location}/metadata/m-left.avro", $"{table.Metadata.Location}/metadata/.torn.tmp"];
        foreach (var file in old) await File.WriteAllTextAsync(file, "left", LakeBed.Cancellation);
        Age(table, TimeSpan.FromDays(3.1));
        var young = $"{table.Metadata.Location}/data/in-flight.parquet";
        await File.WriteAllTextAsync(young, "going on", LakeBed.Cancellation);
        File.SetLastWriteTimeUtc(young, _bed.Clock.GetUtcNow().UtcDateTime.AddDays(-2.9));

        var plan = await new OrphanFiles(table, _bed.Clock).PlanAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        Assert.Equal(old.Order(), plan.Orphans.Select(f => f.Location).Order());
        Assert.Equal((named.Count + 4, 12, 1), (plan.FilesSeen, plan.Bytes, plan.TooYoung));
        Assert.All(old, f => Assert.True(File.Exists(f)));

        await new OrphanFiles(table, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        Assert.Equal([.. named.Append(young).Order()], Files(table));
        Assert.Equal(3, (await LakeBed.ReadAsync(await _bed.LoadAsync())).Count);
    }

    [Fact]
    public async Task A_table_that_lies_in_another_s_folder_is_left_alone()
    {
        var outer = await FilledAsync("shop.orders");
        var inner = await FilledAsync("shop.orders.archive");
        Assert.StartsWith(outer.Metadata.Location + "/", inner.Metadata.Location, StringComparison.Ordinal);
        Age(outer, TimeSpan.FromDays(10));
        Assert.Empty((await new OrphanFiles(outer, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation)).Orphans);
        Assert.Equal(3, (await LakeBed.ReadAsync(await _bed.LoadAsync("shop.orders.archive"))).Count);
    }

    [Fact]
    public async Task Metadata_files_that_the_log_let_go_of_and_statistics_are_told_apart()
    {
        var table = await FilledAsync("shop.orders", new Dictionary<string, string> { ["write.metadata.previous-versions-max"] = "1" });
        var statistics = $"{table.Metadata.Location}/metadata/stats.puffin";
        await File.WriteAllTextAsync(statistics, "s", LakeBed.Cancellation);
        var with = table.Metadata with { Carried = new Dictionary<string, string> { ["statistics"] = $"[{{\"statistics-path\":\"file://{statistics}\"}}]" } };
        await _bed.Catalog.TryReplaceAsync(table.Name, table.Version, new MetadataBuilder(with, _bed.Clock).Build(table.Version.Location), LakeBed.Cancellation);
        table = await _bed.LoadAsync();
        Age(table, TimeSpan.FromDays(4));
        var report = await new OrphanFiles(table, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        Assert.Equal(["v1.metadata.json", "v2.metadata.json", "v3.metadata.json"], report.Orphans.Select(f => Path.GetFileName(f.Location)));
        Assert.True(File.Exists(statistics));
        Assert.Equal(3, (await LakeBed.ReadAsync(await _bed.LoadAsync())).Count);
    }

    [Fact]
    public async Task An_age_that_files_of_a_commit_may_have_is_refused()
    {
        var table = await FilledAsync("shop.orders");
        var e = await Assert.ThrowsAsync<ArgumentException>(() => new OrphanFiles(table, _bed.Clock).PlanAsync(TimeSpan.FromMinutes(59), null, LakeBed.Cancellation));
        Assert.StartsWith("age is 00:59:00; it must be 01:00:00 or more", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_whose_paths_are_written_in_another_way_loses_nothing()
    {
        var table = await FilledAsync("shop.orders");
        Directory.CreateSymbolicLink($"{_bed.Folder}/link", _bed.Folder);
        var elsewhere = new Lake.Catalog.FileCatalog(_bed.Catalog.Storage, $"{_bed.Folder}/link");
        var moved = (await Table.LoadAsync(elsewhere, table.Name, _bed.Clock, LakeBed.Cancellation))!;
        var changed = moved.Metadata with { Location = $"{_bed.Folder}/link/shop/orders" };
        await elsewhere.TryReplaceAsync(moved.Name, moved.Version, changed, LakeBed.Cancellation);
        // Read by the first catalog, its metadata file has another name than the location says.
        var mixed = await _bed.LoadAsync();
        Age(mixed, TimeSpan.FromDays(10));
        var before = Files(table);
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => new OrphanFiles(mixed, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation));
        Assert.Contains("must be written as its files are", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files(table));
    }

    private async Task<Table> FilledAsync(string name, Dictionary<string, string>? properties = null)
    {
        var table = await _bed.CreateAsync(Schema, name: name, properties: properties);
        for (var i = 0; i < 3; i++) table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)i])], LakeBed.Cancellation);
        return table;
    }

    private static List<string> Files(Table table) => [.. Directory.EnumerateFiles(table.Metadata.Location, "*", SearchOption.AllDirectories).Order()];

    private void Age(Table table, TimeSpan age)
    {
        foreach (var file in Directory.EnumerateFiles(table.Metadata.Location, "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, _bed.Clock.GetUtcNow().UtcDateTime - age);
    }
}
