using Lake.Maintenance;
using Lake.Metadata;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Maintenance;

public class OrphanFilesTests : IDisposable
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long)]);

    private readonly LakeBed _bed;

    public OrphanFilesTests()
        : this(new LocalPlace())
    {
    }

    private protected OrphanFilesTests(TablePlace place) => _bed = new LakeBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Only_old_files_that_nothing_names_go()
    {
        var table = await FilledAsync("shop.orders");
        var named = await FilesAsync(table);
        string[] old = [$"{table.Metadata.Location}/data/left.parquet", $"{table.Metadata.Location}/metadata/m-left.avro", $"{table.Metadata.Location}/metadata/.torn.tmp"];
        foreach (var file in old) await _bed.Place.WriteAsync(file, "left");
        await AgeAsync(table, TimeSpan.FromDays(3.1));
        var young = $"{table.Metadata.Location}/data/in-flight.parquet";
        await _bed.Place.WriteAsync(young, "going on");
        _bed.Place.SetTime(young, _bed.Clock.GetUtcNow().AddDays(-2.9));

        var plan = await new OrphanFiles(table, _bed.Clock).PlanAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        Assert.Equal(old.Order(), plan.Orphans.Select(f => f.Location).Order());
        Assert.Equal((named.Count + 4, 12, 1), (plan.FilesSeen, plan.Bytes, plan.TooYoung));
        Assert.Empty(old.Except(await FilesAsync(table)));

        await new OrphanFiles(table, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        Assert.Equal([.. named.Append(young).Order(StringComparer.Ordinal)], await FilesAsync(table));
        Assert.Equal(3, (await LakeBed.ReadAsync(await _bed.LoadAsync())).Count);
    }

    [Fact]
    public async Task A_table_that_lies_in_another_s_folder_is_left_alone()
    {
        var outer = await FilledAsync("shop.orders");
        var inner = await FilledAsync("shop.orders.archive");
        Assert.StartsWith(outer.Metadata.Location + "/", inner.Metadata.Location, StringComparison.Ordinal);
        await AgeAsync(outer, TimeSpan.FromDays(10));
        Assert.Empty((await new OrphanFiles(outer, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation)).Orphans);
        Assert.Equal(3, (await LakeBed.ReadAsync(await _bed.LoadAsync("shop.orders.archive"))).Count);
    }

    [Fact]
    public async Task Metadata_files_that_the_log_let_go_of_and_statistics_are_told_apart()
    {
        var table = await FilledAsync("shop.orders", new Dictionary<string, string> { ["write.metadata.previous-versions-max"] = "1" });
        var statistics = $"{table.Metadata.Location}/metadata/stats.puffin";
        await _bed.Place.WriteAsync(statistics, "s");
        var with = table.Metadata with { Carried = new Dictionary<string, string> { ["statistics"] = $"[{{\"statistics-path\":\"{(_bed.Place.IsLocal ? "file://" : "")}{statistics}\"}}]" } };
        await _bed.Catalog.TryReplaceAsync(table.Name, table.Version, new MetadataBuilder(with, _bed.Clock).Build(table.Version.Location), LakeBed.Cancellation);
        table = await _bed.LoadAsync();
        await AgeAsync(table, TimeSpan.FromDays(4));
        var report = await new OrphanFiles(table, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        Assert.Equal(["v1.metadata.json", "v2.metadata.json", "v3.metadata.json"], report.Orphans.Select(f => Path.GetFileName(f.Location)));
        Assert.True(await _bed.Place.ExistsAsync(statistics));
        Assert.Equal(3, (await LakeBed.ReadAsync(await _bed.LoadAsync())).Count);
    }

    [Fact]
    public async Task An_age_that_files_of_a_commit_may_have_is_refused()
    {
        var table = await FilledAsync("shop.orders");
        var e = await Assert.ThrowsAsync<ArgumentException>(() => new OrphanFiles(table, _bed.Clock).PlanAsync(TimeSpan.FromMinutes(59), null, LakeBed.Cancellation));
        Assert.StartsWith("age is 00:59:00; it must be 01:00:00 or more", e.Message, StringComparison.Ordinal);
    }

    private async Task<Table> FilledAsync(string name, Dictionary<string, string>? properties = null)
    {
        var table = await _bed.CreateAsync(Schema, name: name, properties: properties);
        for (var i = 0; i < 3; i++) table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)i])], LakeBed.Cancellation);
        return table;
    }

    private Task<List<string>> FilesAsync(Table table) => _bed.Place.FilesAsync(table.Metadata.Location);

    private Task AgeAsync(Table table, TimeSpan age) => _bed.Place.SetTimesAsync(table.Metadata.Location, _bed.Clock.GetUtcNow() - age);
}
