using FeatureModel.Definitions;
using FeatureModel.Values;
using Lake.PointInTime;
using Lake.Tests.Tables;
using Lake.Types;

namespace Lake.Tests.PointInTime;

/// <summary>Joins of random rows full of ties, nulls, late rows and missing entities, against brute force.</summary>
public class RandomJoinTests
{
    private const string Definitions = """
        {
          "entities": [
            { "name": "member", "joinKeys": [ { "name": "member_id", "type": "int64" } ] },
            { "name": "shop", "joinKeys": [ { "name": "shop_id", "type": "string" } ] }
          ],
          "sources": [
            { "name": "profiles", "kind": "file", "path": "lake.profiles", "createdTimeColumn": "made", "fields": [ { "name": "age", "type": "int32" }, { "name": "score", "type": "double" } ] },
            { "name": "facts", "kind": "file", "path": "lake.facts", "fields": [ { "name": "n", "type": "int64" } ] },
            { "name": "events", "kind": "events", "path": "lake.events", "createdTimeColumn": "made", "lateness": "90d",
              "fields": [ { "name": "amount", "type": "double" }, { "name": "points", "type": "int32" }, { "name": "channel", "type": "string" } ] }
          ],
          "featureViews": [
            { "name": "profile", "kind": "batch", "entities": ["member", "shop"], "source": "profiles", "ttl": "7m",
              "features": [ { "name": "age", "type": "int64" }, { "name": "score", "type": "double" } ] },
            { "name": "fact", "kind": "batch", "entities": ["member"], "source": "facts", "features": [ { "name": "n", "type": "int64" } ] },
            { "name": "activity", "kind": "stream", "entities": ["member"], "source": "events", "ttl": "20m",
              "features": [
                { "name": "visits", "type": "int64", "aggregate": { "function": "count", "where": "type == 'visit'", "window": "5m" } },
                { "name": "big", "type": "int64", "aggregate": { "function": "count", "where": "amount > 5", "window": "10m" } },
                { "name": "sum_amount", "type": "double", "aggregate": { "function": "sum", "field": "amount", "window": "10m" } },
                { "name": "sum_points", "type": "int64", "aggregate": { "function": "sum", "field": "points", "window": "30m" } },
                { "name": "mean_points", "type": "double", "aggregate": { "function": "mean", "field": "points", "window": "5m" } },
                { "name": "min_amount", "type": "double", "aggregate": { "function": "min", "field": "amount", "window": "5m" } },
                { "name": "last_points", "type": "int64", "aggregate": { "function": "last", "field": "points", "window": "1h" } },
                { "name": "channels", "type": "int64", "aggregate": { "function": "distinct", "field": "channel", "window": "15m" } },
                { "name": "warmth", "type": "double", "aggregate": { "function": "decayed", "halfLife": "10m" } }
              ] },
            { "name": "mixed", "kind": "onDemand", "entities": ["member", "shop"], "inputs": ["profile", "activity"], "requestInputs": [ { "name": "basket", "type": "double" } ],
              "features": [ { "name": "per_visit", "type": "double", "expression": "basket / visits + age" } ] }
          ]
        }
        """;

    private static readonly string[] Features = ["profile", "fact", "activity", "mixed"];
    private static readonly string[] Numbers = ["fact", "profile"];
    private static readonly string?[] Shops = ["a", "b", "\u00e9", null];

    private readonly Func<TablePlace> _place;

    public RandomJoinTests()
        : this(() => new LocalPlace())
    {
    }

    // Each join has a place of its own.
    private protected RandomJoinTests(Func<TablePlace> place) => _place = place;

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    [InlineData(4, true, true)]
    public Task A_join_is_what_brute_force_gives(int seed, bool createdByThen, bool keepsStale) => SameAsync(seed, createdByThen, keepsStale, Features);

    // Batch views of numbers alone are joined in memory.
    [Theory]
    [InlineData(11, false, false)]
    [InlineData(12, true, false)]
    [InlineData(13, false, true)]
    [InlineData(14, true, true)]
    public Task A_join_to_numbers_is_what_brute_force_gives(int seed, bool createdByThen, bool keepsStale) => SameAsync(seed, createdByThen, keepsStale, Numbers);

    private async Task SameAsync(int seed, bool createdByThen, bool keepsStale, string[] features)
    {
        using var bed = new JoinBed(Definitions, _place());
        var random = new Random(seed);
        var brute = new BruteForce(bed.Catalog) { CreatedByThen = createdByThen, KeepsStale = keepsStale };
        await FillAsync(bed, brute, random, none: long.MaxValue);
        var spine = await SpineAsync(bed, random);
        var request = bed.Request(JoinBed.Spine("lake.spine"), features) with { CreatedByThen = createdByThen, KeepsStale = keepsStale };
        var (columns, rows) = await bed.RunAsync(request);
        Assert.Equal(spine.Count, rows.Count);
        var values = 0;
        for (var r = 0; r < rows.Count; r++)
        {
            var (row, given) = (rows[r], spine[r]);
            var expected = brute.Row(request.Features, v => v is "profile" ? [given[0], given[1]] : [given[0]], (long?)given[2], given[3] is double d ? FeatureValue.Of(d) : FeatureValue.Null);
            Assert.Equal(given, row[..4]);
            for (var i = 0; i < expected.Count; i++)
            {
                Assert.True(JoinBed.Same(expected[i], row[4 + i]), $"row {r} ({string.Join(", ", given)}), {columns[4 + i]}: {row[4 + i]}, by brute force {expected[i]}; seed {seed}");
                if (expected[i] is not null) values++;
            }
        }
        // Not all of it is null.
        Assert.InRange(values, rows.Count / 2, rows.Count * 13);
    }

    [Theory]
    [InlineData(5)]
    public async Task What_happens_later_changes_nothing(int seed)
    {
        var cut = JoinBed.Day + (60 * JoinBed.Minute);
        List<List<object?[]>> results = [];
        foreach (var none in new[] { long.MaxValue, cut })
        {
            using var bed = new JoinBed(Definitions, _place());
            var random = new Random(seed);
            await FillAsync(bed, new BruteForce(bed.Catalog), random, none);
            await SpineAsync(bed, random);
            results.Add([.. (await bed.RunAsync(bed.Request(JoinBed.Spine("lake.spine"), Features))).Rows.Where(r => r[2] is long at && at < cut)]);
        }
        Assert.NotEmpty(results[0]);
        Assert.Equal(results[0], results[1]);
    }

    // From the moment none on, nothing happens.
    private static async Task FillAsync(JoinBed bed, BruteForce brute, Random random, long none)
    {
        var (profiles, facts, events) = (new List<object?[]>(), new List<object?[]>(), new List<object?[]>());
        for (var i = 0; i < 400; i++)
        {
            var (member, shop, time, made) = (Member(random), Shops[random.Next(Shops.Length)], Moment(random), Made(random));
            var (age, score) = ((int?)random.Next(5), random.Next(6) switch { 0 => (double?)null, 1 => double.NaN, var n => n / 2.0 });
            if (time >= none) continue;
            profiles.Add([member, shop, time, time + made, age, score]);
            brute.Add("profile", [member, shop], time, time + made, null, FeatureValue.Of(age.Value), score is { } s ? FeatureValue.Of(s) : FeatureValue.Null);
        }
        for (var i = 0; i < 300; i++)
        {
            var (member, time, n) = (Member(random), Moment(random), (long)i);
            if (time >= none) continue;
            facts.Add([member, time, n]);
            brute.Add("fact", [member], time, time, null, FeatureValue.Of(n));
        }
        for (var i = 0; i < 600; i++)
        {
            var (member, time, made, type) = (Member(random), Moment(random), Made(random), random.Next(3) == 0 ? "visit" : "purchase");
            var amount = random.Next(8) switch { 0 => (double?)null, 1 => double.NaN, 2 => -0.0, var n => n * 1.1 };
            var (points, channel) = (random.Next(4) == 0 ? (int?)null : random.Next(10), random.Next(5) == 0 ? null : $"c{random.Next(4)}");
            if (time >= none) continue;
            events.Add([member, time, time + made, type, amount, points, channel]);
            brute.Add("activity", [member], time, time + made, type,
                amount is { } a ? FeatureValue.Of(a) : FeatureValue.Null, points is { } p ? FeatureValue.Of(p) : FeatureValue.Null, channel is null ? FeatureValue.Null : FeatureValue.Of(channel));
        }
        var (id, at, created) = (JoinBed.Column(1, "member_id", PrimitiveType.Long), JoinBed.Column(2, "event_time", PrimitiveType.TimestampTz), JoinBed.Column(3, "made", PrimitiveType.TimestampTz));
        await bed.FillAsync("lake.profiles", [id, JoinBed.Column(6, "shop_id", PrimitiveType.String), at, created, JoinBed.Column(4, "age", PrimitiveType.Int), JoinBed.Column(5, "score", PrimitiveType.Double)], profiles, appends: 3);
        await bed.FillAsync("lake.facts", [id, at, JoinBed.Column(3, "n", PrimitiveType.Long)], facts, appends: 2);
        await bed.FillAsync("lake.events",
            [id, at, created, JoinBed.Column(4, "type", PrimitiveType.String), JoinBed.Column(5, "amount", PrimitiveType.Double), JoinBed.Column(6, "points", PrimitiveType.Int), JoinBed.Column(7, "channel", PrimitiveType.String)], events, appends: 3);
    }

    private static async Task<List<object?[]>> SpineAsync(JoinBed bed, Random random)
    {
        var rows = Enumerable.Range(0, 300).Select(_ => new object?[] { Member(random), Shops[random.Next(Shops.Length)], Moment(random), random.Next(5) == 0 ? null : random.Next(9) * 1.0 }).ToList();
        await bed.FillAsync("lake.spine",
            [JoinBed.Column(1, "member_id", PrimitiveType.Long), JoinBed.Column(2, "shop_id", PrimitiveType.String), JoinBed.Column(3, "event_timestamp", PrimitiveType.TimestampTz), JoinBed.Column(4, "basket", PrimitiveType.Double)], rows, appends: 2);
        return rows;
    }

    private static object? Member(Random random) => random.Next(8) switch { 7 => null, var n => (long)n };

    // Half minutes, so that many are equal.
    private static long? Moment(Random random) => random.Next(30) == 0 ? null : JoinBed.Day + (random.Next(240) * JoinBed.Minute / 2);

    private static long? Made(Random random) => random.Next(10) switch { 0 => null, < 6 => 0, _ => random.Next(40) * JoinBed.Minute / 2 };
}
