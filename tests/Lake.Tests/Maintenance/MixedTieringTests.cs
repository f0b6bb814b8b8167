using Lake.Catalog;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Scan;
using Lake.Storage;
using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>A table on a local disk whose cold tier is on S3.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class MixedTieringTests : IDisposable
{
    private readonly string _root = $"s3://{S3Server.Bucket}/{Guid.NewGuid():N}";
    private readonly LakeBed _bed;
    private readonly S3Storage _s3;

    public MixedTieringTests(S3Server server)
    {
        S3Storage? s3 = null;
        _bed = new LakeBed(folder =>
        {
            s3 = new S3Storage(server.Options(Path.Combine(folder, "staging")));
            return new FileCatalog(new SchemeStorage(new LocalStorage(), s3), $"{folder}/lake");
        });
        _s3 = s3!;
    }

    public void Dispose()
    {
        _s3.Dispose();
        _bed.Dispose();
    }

    [Fact]
    public async Task A_table_on_a_local_disk_has_its_cold_partitions_in_a_bucket_and_gets_them_back()
    {
        var options = new TieringOptions { Tiers = [new TierOptions { Name = "hot" }, new TierOptions { Name = "cold", Location = _root, MinAge = TimeSpan.FromDays(30), Level = 19 }] };
        var table = await TieringBed.AppendAsync(await _bed.CreateAsync(TieringBed.Schema, TieringBed.ByDay), (1, 1), (2, 60), (3, 60));
        Assert.Single((await new Tiering(table, options, _bed.Clock).RunAsync(null, LakeBed.Cancellation)).Moves);
        table = await _bed.LoadAsync();
        Assert.Equal(["local 1", "s3 2,3"], await PlacesAsync(table));
        Assert.Single(await LakeBed.FilesAsync(_s3, _root));
        // The old file goes from the disk, and what nothing names from the bucket.
        await _s3.WriteAsync($"{table.Metadata.Properties["tier.cold.path"]}/left.parquet", new byte[1], LakeBed.Cancellation);
        _bed.Clock.Advance(DateTimeOffset.UtcNow.AddDays(4) - _bed.Clock.GetUtcNow());
        await new SnapshotExpiry(table, _bed.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }, null, LakeBed.Cancellation);
        var orphans = await new OrphanFiles(table, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        Assert.EndsWith("/left.parquet", Assert.Single(orphans.Orphans).Location, StringComparison.Ordinal);
        await new Tiering(table, options, _bed.Clock).RestoreAsync(Filter.Equal("id", 2L), TimeSpan.FromDays(1), null, LakeBed.Cancellation);
        Assert.Equal(["local 1", "local 2,3"], await PlacesAsync(await _bed.LoadAsync()));
    }

    private static async Task<IEnumerable<string>> PlacesAsync(Table table)
    {
        var scan = TableScan.Of(table, new ScanRequest());
        var places = new List<string>();
        foreach (var task in (await scan.PlanAsync(LakeBed.Cancellation)).Tasks)
        {
            var ids = new List<long>();
            await foreach (var batch in scan.ReadAsync(task, LakeBed.Cancellation))
            {
                using (batch) ids.AddRange(((Apache.Arrow.Int64Array)batch.Column(0)).Values.ToArray());
            }
            places.Add($"{(task.File.Path.StartsWith("s3://", StringComparison.Ordinal) ? "s3" : "local")} {string.Join(',', ids)}");
        }
        return places.Order();
    }
}
