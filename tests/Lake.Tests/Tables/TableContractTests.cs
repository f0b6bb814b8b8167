using Lake.Catalog;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Tables;

/// <summary>What a table promises, over each kind of catalog and storage.</summary>
public abstract class TableContractTests : IDisposable
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "shop", PrimitiveType.String)]);

    private static readonly PartitionSpec ByShop = new(0, [new PartitionField(2, 1000, "shop", Transform.Identity)]);

    private protected abstract LakeBed Bed { get; }

    public virtual void Dispose()
    {
        Bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Rows_of_several_commits_are_read_back_filtered_and_as_they_were_before()
    {
        var table = await Bed.CreateAsync(Schema, ByShop);
        for (var i = 0; i < 3; i++) table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)(i * 2), "东 a/b"], [(long)((i * 2) + 1), null])], LakeBed.Cancellation);
        table = await Bed.LoadAsync();
        Assert.Equal([0L, 1L, 2L, 3L, 4L, 5L], (await LakeBed.ReadAsync(table)).Select(r => (long)r[0]!).Order());
        Assert.Equal([0L, 2L, 4L], (await LakeBed.ReadAsync(table, new ScanRequest { Filter = Filter.Equal("shop", "东 a/b") })).Select(r => (long)r[0]!).Order());
        Assert.Equal(2, (await LakeBed.ReadAsync(table, new ScanRequest { SnapshotId = table.Metadata.Snapshots[0].SnapshotId })).Count);
    }

    [Fact]
    public async Task Writers_at_once_lose_no_row()
    {
        var properties = new Dictionary<string, string> { ["commit.retry.num-retries"] = "100", ["commit.retry.min-wait-ms"] = "0", ["commit.manifest.min-count-to-merge"] = "4" };
        await Bed.CreateAsync(Schema, properties: properties);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 3; i++)
            {
                var table = await Bed.LoadAsync();
                await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)((writer * 3) + i), null])], LakeBed.Cancellation);
            }
        })));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (object?)(long)i), (await LakeBed.ReadAsync(await Bed.LoadAsync())).Select(r => r[0]).Order());
    }

    [Fact]
    public async Task Expiry_and_purge_leave_what_they_should()
    {
        var table = await Bed.CreateAsync(Schema, ByShop);
        for (var i = 0; i < 4; i++)
        {
            Bed.Clock.Advance(TimeSpan.FromMinutes(1));
            table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)i, "a"])], LakeBed.Cancellation);
        }
        var report = await new SnapshotExpiry(table, Bed.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero, MinSnapshotsToKeep = 2 }, null, LakeBed.Cancellation);
        // Rows that were only added are all still reached.
        Assert.Equal((2, 0, 2), (report.SnapshotIds.Count, report.DataFiles.Count, report.ManifestLists.Count));
        Assert.Equal(4, (await LakeBed.ReadAsync(await Bed.LoadAsync())).Count);
        foreach (var list in report.ManifestLists) Assert.False(await Bed.Catalog.Storage.ExistsAsync(list, LakeBed.Cancellation));
        Assert.True(await Bed.Catalog.PurgeAsync(table.Name, null, LakeBed.Cancellation));
        // Metadata files that are in the log went as well.
        Assert.Empty(await LakeBed.FilesAsync(Bed.Catalog.Storage, table.Metadata.Location));
    }
}
