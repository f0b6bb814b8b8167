using System.Globalization;
using FeatureModel.Values;
using Lake.PointInTime;
using Lake.Tests.PointInTime;
using Lake.Types;

namespace Appliance.Features.Tests.Training;

/// <summary>What the lake's join makes of events, beside what the online store served while they came in.</summary>
public sealed class OfflineWindowsTests
{
    private const string Definitions = """
        {
          "entities": [ { "name": "member", "joinKeys": [ { "name": "member_id", "type": "int64" } ] } ],
          "sources": [ { "name": "events", "kind": "events", "path": "lake.events", "createdTimeColumn": "created", "lateness": "7d",
            "fields": [ { "name": "amount", "type": "double" }, { "name": "points", "type": "int64" }, { "name": "channel", "type": "string" } ] } ],
          "featureViews": [ { "name": "activity", "kind": "stream", "entities": ["member"], "source": "events",
            "features": [
              { "name": "visits", "type": "int64", "aggregate": { "function": "count", "where": "type == 'visit'", "window": "1h" } },
              { "name": "sum", "type": "double", "aggregate": { "function": "sum", "field": "amount", "window": "1d" } },
              { "name": "points", "type": "int64", "aggregate": { "function": "sum", "field": "points", "window": "1h" } },
              { "name": "least", "type": "double", "aggregate": { "function": "min", "field": "amount", "window": "1h" } },
              { "name": "most", "type": "int64", "aggregate": { "function": "max", "field": "points", "window": "1d" } },
              { "name": "mean", "type": "double", "aggregate": { "function": "mean", "field": "amount", "where": "points > 0", "window": "1h" } },
              { "name": "last", "type": "int64", "aggregate": { "function": "last", "field": "points", "window": "1d" } },
              { "name": "channels", "type": "int64", "aggregate": { "function": "distinct", "field": "channel", "window": "1d" } },
              { "name": "warmth", "type": "double", "aggregate": { "function": "decayed", "halfLife": "3h" } }
            ] } ]
        }
        """;

    private const int Members = 5;

    private static readonly string[] Features = ["visits", "sum", "points", "least", "most", "mean", "last", "channels", "warmth"];

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Windows_joined_from_the_lake_are_those_that_the_store_served_late_events_included(int seed)
    {
        var random = new Random(seed);
        using var stage = new FeatureStage(Definitions, new DateTimeOffset(2025, 1, 10, 0, 0, 0, TimeSpan.Zero));
        var (events, spine, served) = (new List<object?[]>(), new List<object?[]>(), new List<object?[]>());
        for (var i = 0; i < 600; i++)
        {
            stage.Time.Advance(TimeSpan.FromSeconds(1 + random.Next(200)));
            Send(stage, random, events);
            if (random.Next(2) == 0) continue;
            stage.Time.Advance(TimeSpan.FromMinutes(random.Next(40)));
            var member = random.NextInt64(Members + 1);
            spine.Add([member, FeatureStage.Micros(stage.Time.GetUtcNow())]);
            var block = stage.Read([.. Features.Select(f => $"activity:{f}")], "member_id", FeatureValue.Of(member));
            served.Add([.. Features.Select((_, f) => JoinBed.Plain(block.Value(f, 0)))]);
        }
        var joined = await JoinAsync(events, spine);
        for (var r = 0; r < spine.Count; r++)
        {
            for (var f = 0; f < Features.Length; f++)
            {
                Assert.True(JoinBed.Same(served[r][f], joined[r][2 + f]), $"row {r} ({string.Join(", ", spine[r])}), {Features[f]}: {joined[r][2 + f]}, served {served[r][f]}; seed {seed}");
            }
        }
        // Not all of it is null.
        Assert.InRange(served.Count(s => s[6] is not null), spine.Count / 2, spine.Count);
    }

    // Half of them are late, up to two hours; no two happened at one time.
    private static void Send(FeatureStage stage, Random random, List<object?[]> events)
    {
        var now = FeatureStage.Micros(stage.Time.GetUtcNow());
        var (member, time) = (random.NextInt64(Members), now - (random.Next(2) == 0 ? 0 : random.NextInt64(2 * 3_600) * 1_000_000) - events.Count);
        var (type, amount, points, channel) = (random.Next(3) == 0 ? "purchase" : "visit", random.Next(-400, 400) / 4.0, random.NextInt64(-9, 10), $"c{random.Next(40)}");
        events.Add([member, time, now, type, amount, points, channel]);
        var text = DateTimeOffset.UnixEpoch.AddMicroseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        stage.Take(string.Create(CultureInfo.InvariantCulture,
            $$$"""{"source":"events","type":"{{{type}}}","entity":{"member_id":{{{member}}}},"time":"{{{text}}}","data":{"amount":{{{amount}}},"points":{{{points}}},"channel":"{{{channel}}}"}}"""));
    }

    private static async Task<List<object?[]>> JoinAsync(List<object?[]> events, List<object?[]> spine)
    {
        using var bed = new JoinBed(Definitions);
        var (id, at) = (JoinBed.Column(1, "member_id", PrimitiveType.Long), PrimitiveType.TimestampTz);
        await bed.FillAsync("lake.events",
            [id, JoinBed.Column(2, "event_time", at), JoinBed.Column(3, "created", at), JoinBed.Column(4, "type", PrimitiveType.String), JoinBed.Column(5, "amount", PrimitiveType.Double),
                JoinBed.Column(6, "points", PrimitiveType.Long), JoinBed.Column(7, "channel", PrimitiveType.String)], events, appends: 3);
        await bed.FillAsync("lake.spine", [id, JoinBed.Column(2, "event_timestamp", at)], spine);
        // An event that came late was not known before.
        return (await bed.RunAsync(bed.Request(JoinBed.Spine("lake.spine"), "activity") with { CreatedByThen = true })).Rows;
    }
}
