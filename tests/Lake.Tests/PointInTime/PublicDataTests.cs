using System.Globalization;
using System.IO.Compression;
using Apache.Arrow;
using FeatureModel.Values;
using Lake.PointInTime;
using Lake.Tests.Tables;
using Lake.Types;
using ParquetSharp.Arrow;
using TestKit;

namespace Lake.Tests.PointInTime;

/// <summary>Feast's driver statistics and a month of members' events, against brute force.</summary>
public sealed class PublicDataTests
{
    private const string Drivers = """
        {
          "entities": [ { "name": "driver", "joinKeys": [ { "name": "driver_id", "type": "int64" } ] } ],
          "sources": [ { "name": "stats", "kind": "file", "path": "lake.stats", "eventTimeColumn": "event_timestamp", "createdTimeColumn": "created",
            "fields": [ { "name": "conv_rate", "type": "float" }, { "name": "acc_rate", "type": "float" }, { "name": "avg_daily_trips", "type": "int32" } ] } ],
          "featureViews": [ { "name": "driver_hourly_stats", "kind": "batch", "entities": ["driver"], "source": "stats", "ttl": "1d",
            "features": [ { "name": "conv_rate", "type": "float" }, { "name": "acc_rate", "type": "float" }, { "name": "avg_daily_trips", "type": "int64" } ] } ]
        }
        """;

    private static readonly string[] DriverColumns = ["event_timestamp", "driver_id", "conv_rate", "acc_rate", "avg_daily_trips", "created"];

    [Theory]
    [InlineData(6)]
    public async Task Driver_statistics_join_as_brute_force_gives(int seed)
    {
        if (!TestDataFolder.TryFind("events/feast_driver_stats.parquet", out var path, out var reason)) Assert.Skip(reason);
        using var bed = new JoinBed(Drivers);
        var brute = new BruteForce(bed.Catalog);
        var rows = await ReadAsync(path);
        foreach (var r in rows) brute.Add("driver_hourly_stats", [r[1]], (long)r[0]!, (long)r[5]!, null, FeatureValue.Of((float)r[2]!), FeatureValue.Of((float)r[3]!), FeatureValue.Of((int)r[4]!));
        await bed.FillAsync("lake.stats",
            [JoinBed.Column(1, "event_timestamp", PrimitiveType.TimestampTz), JoinBed.Column(2, "driver_id", PrimitiveType.Long), JoinBed.Column(3, "conv_rate", PrimitiveType.Float), JoinBed.Column(4, "acc_rate", PrimitiveType.Float),
                JoinBed.Column(5, "avg_daily_trips", PrimitiveType.Int), JoinBed.Column(6, "created", PrimitiveType.Timestamp)], rows);
        var random = new Random(seed);
        var (first, last) = (rows.Min(r => (long)r[0]!), rows.Max(r => (long)r[0]!));
        var spine = Enumerable.Range(0, 2_000).Select(_ => new object?[] { (long)random.Next(1001, 1007), random.Next(2) == 0 ? (long)rows[random.Next(rows.Count)][0]! : random.NextInt64(first, last + (3 * 24 * 60 * JoinBed.Minute)) }).ToList();
        await bed.FillAsync("lake.spine", [JoinBed.Column(1, "driver_id", PrimitiveType.Long), JoinBed.Column(2, "event_timestamp", PrimitiveType.TimestampTz)], spine);
        var request = bed.Request(JoinBed.Spine("lake.spine"), "driver_hourly_stats");
        Same(request, brute, spine, (await bed.RunAsync(request)).Rows, seed);
    }

    [Theory]
    [InlineData(7)]
    public async Task Windows_of_a_month_of_events_are_what_brute_force_gives(int seed)
    {
        if (!TestDataFolder.TryFind("synthetic_members/dev/events.csv.gz", out var path, out var reason)) Assert.Skip(reason);
        var definitions = await File.ReadAllTextAsync(Path.Combine(TestDataFolder.RepositoryRoot(), "samples", "features", "members.json"), LakeBed.Cancellation);
        using var bed = new JoinBed(definitions.Replace("samples/synthetic-members/events.csv.gz", "lake.events", StringComparison.Ordinal));
        var brute = new BruteForce(bed.Catalog);
        var events = await EventsAsync(path);
        foreach (var e in events) brute.Add("member_activity", [e[1]], (long)e[0]!, (long)e[0]!, (string)e[2]!, e[3] is double a ? FeatureValue.Of(a) : FeatureValue.Null, e[4] is string c ? FeatureValue.Of(c) : FeatureValue.Null);
        await bed.FillAsync("lake.events",
            [JoinBed.Column(1, "event_time", PrimitiveType.TimestampTz), JoinBed.Column(2, "member_id", PrimitiveType.Long), JoinBed.Column(3, "event", PrimitiveType.String), JoinBed.Column(4, "amount", PrimitiveType.Double),
                JoinBed.Column(5, "channel", PrimitiveType.String)], events, appends: 4);
        var random = new Random(seed);
        var (first, last) = (events.Min(e => (long)e[0]!), events.Max(e => (long)e[0]!));
        var members = events.Select(e => e[1]).Distinct().ToList();
        var spine = Enumerable.Range(0, 2_000).Select(_ => new object?[] { members[random.Next(members.Count)], random.NextInt64(first, last + (5 * 24 * 60 * JoinBed.Minute)) }).ToList();
        await bed.FillAsync("lake.spine", [JoinBed.Column(1, "member_id", PrimitiveType.Long), JoinBed.Column(2, "event_timestamp", PrimitiveType.TimestampTz)], spine);
        var request = bed.Request(JoinBed.Spine("lake.spine"), "member_activity", "member_social");
        Same(request, brute, spine, (await bed.RunAsync(request)).Rows, seed);
    }

    private static void Same(JoinRequest request, BruteForce brute, List<object?[]> spine, List<object?[]> rows, int seed)
    {
        Assert.Equal(spine.Count, rows.Count);
        for (var r = 0; r < spine.Count; r++)
        {
            var expected = brute.Row(request.Features, _ => [spine[r][0]], (long)spine[r][1]!);
            for (var i = 0; i < expected.Count; i++)
            {
                Assert.True(JoinBed.Same(expected[i], rows[r][2 + i]), $"row {r} ({string.Join(", ", spine[r])}), {request.Features[i]}: {rows[r][2 + i]}, by brute force {expected[i]}; seed {seed}");
            }
        }
    }

    // The columns in the order of the table that the test makes.
    private static async Task<List<object?[]>> ReadAsync(string path)
    {
        using var reader = new FileReader(path);
        using var batches = reader.GetRecordBatchReader();
        var rows = new List<object?[]>();
        while (await batches.ReadNextRecordBatchAsync(LakeBed.Cancellation) is { } batch)
        {
            using (batch)
            {
                for (var r = 0; r < batch.Length; r++) rows.Add([.. DriverColumns.Select(c => Value(batch.Column(c), r))]);
            }
        }
        return rows;
    }

    private static object Value(IArrowArray array, int row) => array switch
    {
        TimestampArray a => a.Values[row],
        FloatArray a => (object)a.Values[row],
        Int32Array a => a.Values[row],
        _ => ((Int64Array)array).Values[row],
    };

    private static async Task<List<object?[]>> EventsAsync(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        await reader.ReadLineAsync(LakeBed.Cancellation);
        var events = new List<object?[]>();
        while (await reader.ReadLineAsync(LakeBed.Cancellation) is { } line)
        {
            var parts = line.Split(',');
            var time = (DateTimeOffset.Parse(parts[0], CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            events.Add([time, long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], parts[3].Length == 0 ? null : double.Parse(parts[3], CultureInfo.InvariantCulture), parts[4].Length == 0 ? null : parts[4]]);
        }
        return events;
    }
}
