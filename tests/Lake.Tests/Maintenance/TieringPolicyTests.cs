using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;
using Microsoft.Extensions.Time.Testing;

namespace Lake.Tests.Maintenance;

public sealed class TieringPolicyTests
{
    private static readonly TieringPolicy Policy = new([TimeSpan.Zero, TimeSpan.FromDays(7), TimeSpan.FromDays(30)]);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 6.99, 0)]
    [InlineData(0, 7, 1)]
    [InlineData(0, 29.99, 1)]
    [InlineData(0, 30, 2)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 30, 2)]
    [InlineData(2, 8, 2)]
    [InlineData(0, -5, 0)]
    public void A_file_goes_down_by_age_and_never_up(int current, double days, int tier)
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(1000).ToUnixTimeMilliseconds();
        var time = now - (long)TimeSpan.FromDays(days).TotalMilliseconds;
        Assert.Equal(tier, Policy.Decide(current, time, null, now));
        Assert.Equal(tier, Policy.Decide(current, time, now, now));
        Assert.Equal(current, Policy.Decide(current, time, now + 1, now));
    }

    [Theory]
    [InlineData("year", 54, "2025-01-01T00:00:00Z")]
    [InlineData("month", 648, "2024-02-01T00:00:00Z")]
    [InlineData("month", -1, "1970-01-01T00:00:00Z")]
    [InlineData("day", 19723, "2024-01-02T00:00:00Z")]
    [InlineData("hour", 473352, "2024-01-01T01:00:00Z")]
    [InlineData("bucket[4]", 1, null)]
    [InlineData("void", null, null)]
    [InlineData("day", null, null)]
    public void The_time_of_a_partition_ends_where_its_span_does(string transform, int? value, string? end)
    {
        var (metadata, spec) = Table(("at", PrimitiveType.TimestampTz, transform));
        var expected = end is null ? (long?)null : DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.Equal(expected, TieringTime.EndMs(spec, new PartitionTuple([value]), metadata));
    }

    [Fact]
    public void The_first_column_with_a_time_counts_by_its_narrowest_span()
    {
        var (metadata, spec) = Table(("id", PrimitiveType.Long, "bucket[2]"), ("day", PrimitiveType.Date, "month"), ("day", PrimitiveType.Date, "identity"), ("at", PrimitiveType.TimestampTz, "hour"));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(6).ToUnixTimeMilliseconds(), TieringTime.EndMs(spec, new PartitionTuple([1, 0, 5, 0]), metadata));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(1).ToUnixTimeMilliseconds(), TieringTime.EndMs(spec, new PartitionTuple([1, null, null, 0]), metadata));
    }

    [Fact]
    public void Names_of_moved_files_say_when_rows_were_added_and_until_when_they_are_restored()
    {
        var (metadata, _) = Table(("at", PrimitiveType.TimestampTz, "day"));
        metadata = metadata with { Snapshots = [new Snapshot(7, null, 1, 5000, null, new Dictionary<string, string>()), new Snapshot(8, 7, 2, 6000, null, new Dictionary<string, string>())] };
        long Added(string path, long? snapshot) => TieringNames.AddedMs(new ManifestEntry(EntryStatus.Added, snapshot, 1, 1, new DataFile { Path = path, RecordCount = 1, FileSizeInBytes = 1 }), metadata);
        Assert.Equal(1_700_000_000_123, Added($"/cold/x/{TieringNames.File(1_700_000_000_123)}", 8));
        Assert.Equal(6000, Added($"/data/{Guid.NewGuid():D}.parquet", 8));
        Assert.Equal(5000, Added("/data/part-0.parquet", 99));
        var until = new DateTimeOffset(2025, 2, 3, 4, 5, 6, TimeSpan.Zero);
        Assert.Equal(until.ToUnixTimeMilliseconds(), TieringNames.RestoredUntilMs($"/data/{TieringNames.Folder(until)}day=1/x.parquet"));
        Assert.Null(TieringNames.RestoredUntilMs("/data/restored-until-soon/x.parquet"));
        Assert.Null(TieringNames.RestoredUntilMs("/data/x.parquet"));
    }

    [Fact]
    public void Wrong_settings_are_told_with_key_value_and_rule()
    {
        var options = new TieringOptions { CommitBytes = 0, Tiers = [new() { Name = "hot", MinAge = TimeSpan.FromDays(1) }, new() { Name = "hot", Codec = "zip", Level = 0 }, new() { Name = "c d", Location = "cold", MinAge = TimeSpan.FromDays(1), PricePerGiBMonth = -1 }] };
        Assert.Equal(
            [
                "Tiering:CommitBytes is 0; it must be 1 or more",
                "Tiering:Tiers:0:MinAge is 1.00:00:00; it must be 0 for the first tier",
                "Tiering:Tiers:1:Name is 'hot' as that of another tier; names must be unique",
                "Tiering:Tiers:1:Location is ''; it must be an absolute path or a location with its scheme",
                "Tiering:Tiers:1:MinAge is 00:00:00; it must be more than that of the tier before",
                "Tiering:Tiers:1:Codec is 'zip'; it must be zstd, snappy, gzip, lz4 or uncompressed",
                "Tiering:Tiers:1:Level is 0; it must be 1 to 22",
                "Tiering:Tiers:2:Name is 'c d'; it must be letters and digits",
                "Tiering:Tiers:2:Location is 'cold'; it must be an absolute path or a location with its scheme",
                "Tiering:Tiers:2:PricePerGiBMonth is -1; it must be 0 or more",
            ],
            TieringOptionsValidator.Check(options));
        var below = new TieringOptions { Tiers = [new() { Name = "hot" }, new() { Name = "warm", Location = "/w", MinAge = TimeSpan.FromDays(1) }, new() { Name = "cold", Location = "/w/c/", MinAge = TimeSpan.FromDays(2) }] };
        Assert.Equal(["Tiering:Tiers:2:Location is '/w/c/', which is or is below that of another tier; each must have its own"], TieringOptionsValidator.Check(below));
        Assert.Equal(["Tiering:Tiers is empty; there must be one tier at least"], TieringOptionsValidator.Check(new TieringOptions()));
    }

    private static (TableMetadata Metadata, PartitionSpec Spec) Table(params (string Column, PrimitiveType Type, string Transform)[] parts)
    {
        var columns = parts.Select(p => (p.Column, p.Type)).Distinct().Select((c, i) => NestedField.Optional(i + 1, c.Column, c.Type)).ToList();
        var spec = new PartitionSpec(0, [.. parts.Select((p, i) => new PartitionField(columns.First(c => c.Name == p.Column).Id, 1000 + i, $"p{i}", Transform.Parse(p.Transform)))]);
        var metadata = MetadataBuilder.NewTable("/t", new TableSchema(0, columns), spec, SortOrder.Unsorted, new Dictionary<string, string>(), new FakeTimeProvider());
        return (metadata, metadata.DefaultSpec);
    }
}
