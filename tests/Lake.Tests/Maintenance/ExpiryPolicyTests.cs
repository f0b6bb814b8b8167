using Lake.Maintenance;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Tests.Maintenance;

public sealed class ExpiryPolicyTests
{
    private const long Now = 1_000_000;

    // Ids 1 to 6 in one line, a made at 100,000 times its id; 7 forks off 3, 8 is staged on 6 and named by nothing.
    private static TableMetadata Table(Dictionary<string, SnapshotRef> refs, Dictionary<string, string>? properties = null) => new()
    {
        FormatVersion = 2,
        TableUuid = Guid.Empty,
        Location = "/t",
        LastUpdatedMs = 900_000,
        LastColumnId = 1,
        Schemas = [new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)])],
        CurrentSchemaId = 0,
        PartitionSpecs = [PartitionSpec.Unpartitioned],
        DefaultSpecId = 0,
        LastPartitionId = 999,
        SortOrders = [SortOrder.Unsorted],
        DefaultSortOrderId = 0,
        Properties = properties ?? [],
        CurrentSnapshotId = 6,
        Refs = new Dictionary<string, SnapshotRef>(refs) { ["main"] = refs.GetValueOrDefault("main", new SnapshotRef(6, true)) },
        Snapshots =
        [
            .. Enumerable.Range(1, 6).Select(i => Made(i, i == 1 ? null : i - 1, i * 100_000)),
            Made(7, 3, 750_000),
            Made(8, 6, 800_000),
        ],
    };

    private static Snapshot Made(long id, long? parent, long at) => new(id, parent, id, at, $"/t/{id}.avro", new Dictionary<string, string>());

    [Theory]
    [InlineData(350_000, 1, "1,2,3,4,5,7")]
    [InlineData(550_000, 1, "1,2,3,4")]
    [InlineData(0, 1, "1,2,3,4,5,7,8")]
    [InlineData(0, 3, "1,2,3,7,8")]
    [InlineData(0, 100, "7,8")]
    [InlineData(10_000_000, 1, "")]
    public void Snapshots_stay_by_age_and_by_count_whichever_keeps_more(long ageMs, int count, string gone)
    {
        // The fork has no name: it stays while it is young.
        var decision = new ExpiryPolicy(new ExpiryRequest { MaxSnapshotAge = TimeSpan.FromMilliseconds(ageMs), MinSnapshotsToKeep = count }).Decide(Table([]), Now);
        var expected = gone.Length == 0 ? [] : gone.Split(',').Select(long.Parse).Where(id => id != 7 || ageMs < 250_000).Where(id => id != 8 || ageMs < 200_000);
        Assert.Equal(expected, decision.Snapshots.Order());
        Assert.Empty(decision.Refs);
    }

    [Fact]
    public void Branches_and_tags_keep_by_their_own_rules()
    {
        var table = Table(new Dictionary<string, SnapshotRef>
        {
            ["audit"] = new(7, true) { MinSnapshotsToKeep = 2 },
            ["first"] = new(1, false),
            ["old"] = new(2, false) { MaxRefAgeMs = 100_000 },
        });
        var decision = new ExpiryPolicy(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }).Decide(table, Now);
        // The branch keeps 7 and 3, the tag 1, main 6; the old tag goes, and 2 with it.
        Assert.Equal([2, 4, 5, 8], decision.Snapshots.Order());
        Assert.Equal(["old"], decision.Refs);
    }

    [Fact]
    public void A_branch_s_own_age_wins_over_the_request_s()
    {
        var table = Table(new Dictionary<string, SnapshotRef> { ["main"] = new(6, true) { MaxSnapshotAgeMs = 650_000 } });
        Assert.Equal([1, 2, 3, 7, 8], new ExpiryPolicy(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }).Decide(table, Now).Snapshots.Order());
    }

    [Fact]
    public void The_table_s_settings_hold_where_the_request_says_nothing_and_wrong_ones_are_told()
    {
        var table = Table([], new Dictionary<string, string> { ["history.expire.max-snapshot-age-ms"] = "0", ["history.expire.min-snapshots-to-keep"] = "4", ["history.expire.max-ref-age-ms"] = "1" });
        Assert.Equal([1, 2, 7, 8], new ExpiryPolicy(new ExpiryRequest()).Decide(table, Now).Snapshots.Order());
        Assert.Empty(new ExpiryPolicy(new ExpiryRequest()).Decide(Table([]), Now).Snapshots);
        var wrong = Table([], new Dictionary<string, string> { ["history.expire.max-snapshot-age-ms"] = "five days" });
        Assert.Equal("property history.expire.max-snapshot-age-ms is 'five days'; it must be a whole number, 0 or above", Assert.Throws<LakeFormatException>(() => new ExpiryPolicy(new ExpiryRequest()).Decide(wrong, Now)).Message);
        Assert.Equal("MinSnapshotsToKeep is 0; it must be 1 or more", Assert.Throws<ArgumentException>(() => new ExpiryPolicy(new ExpiryRequest { MinSnapshotsToKeep = 0 }).Decide(table, Now)).Message);
    }
}
