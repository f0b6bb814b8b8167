using Apache.Arrow;
using Lake.Catalog;
using Lake.PointInTime;
using Lake.Scan;
using Lake.Tests.Foreign;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.PointInTime;

/// <summary>The rules of a join, one by one.</summary>
public class JoinTests : IDisposable
{
    private const string Definitions = """
        {
          "entities": [
            { "name": "driver", "joinKeys": [ { "name": "driver_id", "type": "int64" } ] },
            { "name": "shop", "joinKeys": [ { "name": "shop_id", "type": "string" } ] }
          ],
          "sources": [
            { "name": "stats", "kind": "file", "path": "lake.stats", "createdTimeColumn": "created", "fields": [ { "name": "rate", "type": "int32" }, { "name": "tags", "type": "list<int64>" } ] },
            { "name": "plain", "kind": "file", "path": "lake.plain", "fields": [ { "name": "rate", "type": "double" } ] },
            { "name": "base", "kind": "file", "path": "lake.base", "timeless": true, "fields": [ { "name": "tier", "type": "string" } ] },
            { "name": "somewhere", "kind": "file", "path": "files/some.csv", "fields": [ { "name": "a", "type": "int32" } ] }
          ],
          "featureViews": [
            { "name": "stats", "kind": "batch", "entities": ["driver"], "source": "stats", "ttl": "10m",
              "features": [ { "name": "rate", "type": "int64" }, { "name": "tags", "type": "list<int64>" } ] },
            { "name": "plain", "kind": "batch", "entities": ["driver", "shop"], "source": "plain", "features": [ { "name": "rate", "type": "double" } ] },
            { "name": "base", "kind": "batch", "entities": ["driver"], "source": "base", "features": [ { "name": "tier", "type": "string" } ] },
            { "name": "far", "kind": "batch", "entities": ["driver"], "source": "somewhere", "features": [ { "name": "a", "type": "int32" } ] },
            { "name": "asked", "kind": "onDemand", "entities": ["driver"], "inputs": ["stats"], "requestInputs": [ { "name": "amount", "type": "double" } ],
              "features": [ { "name": "share", "type": "double", "expression": "amount / rate" } ] }
          ],
          "featureServices": [ { "name": "all", "features": ["stats:rate", "base"] } ]
        }
        """;

    private static readonly NestedField[] Stats =
    [
        JoinBed.Column(1, "driver_id", PrimitiveType.Int), JoinBed.Column(2, "event_time", PrimitiveType.TimestampTz), JoinBed.Column(3, "created", PrimitiveType.Timestamp),
        JoinBed.Column(4, "rate", PrimitiveType.Int), JoinBed.Column(5, "tags", new ListType(6, PrimitiveType.Long, false)),
    ];

    private static readonly NestedField[] Spine =
    [
        JoinBed.Column(1, "driver_id", PrimitiveType.Long), JoinBed.Column(2, "event_timestamp", PrimitiveType.TimestampTz), JoinBed.Column(3, "label", PrimitiveType.String),
    ];

    private readonly JoinBed _bed;

    public JoinTests()
        : this(new LocalPlace())
    {
    }

    private protected JoinTests(TablePlace place) => _bed = new JoinBed(Definitions, place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_newest_row_that_is_not_after_the_moment_holds_up_to_and_with_an_age_of_the_ttl()
    {
        await _bed.FillAsync("lake.stats", Stats, [Stat(1, 10, 10, 1), Stat(1, 15, 15, 2), Stat(2, 12, 12, 3)]);
        Assert.Equal([null, 1L, 1L, 2L, 2L, null, 3L, null], await RatesAsync((1, 9), (1, 10), (1, 14), (1, 15), (1, 25), (1, 26), (2, 20), (3, 20)));
    }

    [Fact]
    public async Task An_age_just_above_the_ttl_is_null_in_training_sets_kept_where_asked_for_and_told_by_the_status()
    {
        await _bed.FillAsync("lake.stats", Stats, [Stat(1, 10, 10, 1)]);
        var spine = await SpineAsync((1, 20), (1, 9), (1, 21));
        var (columns, rows) = await _bed.RunAsync(_bed.Request(spine, "stats:rate") with { WithStatus = true, KeepsStale = true });
        Assert.Equal(["driver_id", "event_timestamp", "label", "stats__rate", "stats__event_timestamp", "stats__status"], columns);
        Assert.Equal([[1L, At(20), "0", 1L, At(10), "PRESENT"], [1L, At(9), "1", null, null, "NOT_FOUND"], [1L, At(21), "2", 1L, At(10), "OUTSIDE_MAX_AGE"]], rows);
        Assert.Equal([1L, null, null], (await _bed.RunAsync(_bed.Request(spine, "stats:rate"))).Rows.Select(r => r[3]));
    }

    [Fact]
    public async Task Equal_event_times_are_settled_by_the_created_time_then_by_what_was_written_last()
    {
        await _bed.FillAsync("lake.stats", Stats, [Stat(1, 10, 12, 1), Stat(1, 10, 11, 2), Stat(2, 10, 11, 3), Stat(2, 10, 11, 4), Stat(3, 10, null, 6), Stat(3, 10, 1, 5), Stat(4, 10, 10, 7), Stat(4, 10, 10, 7)], appends: 8);
        Assert.Equal([1L, 4L, 5L, 7L], await RatesAsync((1, 10), (2, 11), (3, 12), (4, 13)));
    }

    [Fact]
    public async Task What_was_made_later_is_left_out_where_that_is_asked_for()
    {
        await _bed.FillAsync("lake.stats", Stats, [Stat(1, 10, 12, 1), Stat(1, 8, 9, 2), Stat(1, 10, 15, 3), Stat(1, 11, null, 4), Stat(1, 9, 16, 5)]);
        var spine = await SpineAsync((1, 8), (1, 9), (1, 11), (1, 12), (1, 14), (1, 15), (1, 16));
        Assert.Equal([null, 2L, 2L, 1L, 1L, 3L, 3L], (await _bed.RunAsync(_bed.Request(spine, "stats:rate") with { CreatedByThen = true })).Rows.Select(r => r[3]));
    }

    [Fact]
    public async Task A_table_without_times_has_held_since_1970_and_several_views_and_keys_join_at_once()
    {
        await _bed.FillAsync("lake.base", [JoinBed.Column(1, "driver_id", PrimitiveType.Long), JoinBed.Column(2, "tier", PrimitiveType.String)], [[1L, "old"], [1L, "gold"], [null, "lost"]]);
        await _bed.FillAsync("lake.plain",
            [JoinBed.Column(1, "driver_id", PrimitiveType.Long), JoinBed.Column(2, "shop_id", PrimitiveType.String), JoinBed.Column(3, "event_time", PrimitiveType.Timestamp), JoinBed.Column(4, "rate", PrimitiveType.Float)],
            [[1L, "a", At(1), 0.5f], [1L, "b", At(1), float.NaN], [1L, null, At(1), 9f]]);
        await _bed.FillAsync("lake.spine", [.. Spine[..2], JoinBed.Column(3, "shop_id", PrimitiveType.String)], [[1L, At(5), "b"], [1L, At(5), null], [null, At(5), "a"], [1L, null, "a"], [1L, At(5), "a"]]);
        var (columns, rows) = await _bed.RunAsync(_bed.Request(JoinBed.Spine("lake.spine"), "plain:rate", "base") with { ShortNames = true });
        Assert.Equal(["driver_id", "event_timestamp", "shop_id", "rate", "tier"], columns);
        Assert.Equal([(double.NaN, "gold"), (null, "gold"), (null, null), (null, null), (0.5, "gold")], rows.Select(r => (r[3], r[4])));
    }

    [Fact]
    public async Task Rows_that_are_given_keep_their_order_and_columns_that_expressions_ask_for_are_taken_from_them()
    {
        await _bed.FillAsync("lake.stats", Stats, [Stat(1, 10, 10, 4), Stat(2, 10, 10, 5)]);
        NestedField[] columns = [.. Spine, JoinBed.Column(4, "amount", PrimitiveType.Float)];
        RecordBatch[] batches = [LakeBed.Rows(columns, [2L, At(12), "x", 10f], [1L, At(12), "y", 2f]), LakeBed.Rows(columns, [1L, At(1), "z", 3f], [2L, At(12), "x", 10f])];
        var (names, rows) = await _bed.RunAsync(_bed.Request(JoinSpine.Of(batches[0].Schema, batches.ToAsync()), "asked:share", "stats:tags"));
        Assert.Equal(["driver_id", "event_timestamp", "label", "amount", "asked__share", "stats__tags"], names);
        Assert.Equal([("x", 2.0, "5,1"), ("y", 0.5, "4,1"), ("z", null, null), ("x", 2.0, "5,1")], rows.Select(r => ((string)r[2]!, r[4], r[5])));
    }

    // The second without the list: numbers alone are joined in memory.
    [Theory]
    [InlineData("from", "to")]
    [InlineData("from:rate", "to:rate")]
    public async Task A_view_joins_under_several_names_by_other_columns_and_equal_rows_of_the_spine_all_stay(string first, string second)
    {
        await _bed.FillAsync("lake.stats", Stats, [Stat(1, 10, 10, 4), Stat(2, 10, 10, 5)]);
        var aliases = new Dictionary<string, ViewAlias> { ["from"] = new("stats", new Dictionary<string, string> { ["driver_id"] = "a" }), ["to"] = new("stats", new Dictionary<string, string> { ["driver_id"] = "b" }) };
        await _bed.FillAsync("lake.pairs", [JoinBed.Column(1, "a", PrimitiveType.Long), JoinBed.Column(2, "b", PrimitiveType.Long), Spine[1] with { Id = 3 }], [[1L, 2L, At(11)], [2L, 9L, At(11)], [1L, 2L, At(11)]]);
        var request = new JoinRequest(JoinBed.Spine("lake.pairs"), FeatureChoice.Of(ViewAlias.Over(_bed.Catalog, aliases), [first, second])) { Aliases = aliases };
        var (columns, rows) = await _bed.RunAsync(request);
        Assert.Equal([(4L, 5L), (5L, null), (4L, 5L)], rows.Select(r => ((long)r[columns.IndexOf("from__rate")]!, (long?)r[columns.IndexOf("to__rate")])));
        string Refused(string name, string view, string key) => Assert.Throws<JoinException>(() => ViewAlias.Over(_bed.Catalog, new Dictionary<string, ViewAlias> { [name] = new(view, new Dictionary<string, string> { [key] = "a" }) })).Message;
        Assert.Equal("alias 'x': join key is 'shop_id'; those of view 'stats' are driver_id", Refused("x", "stats", "shop_id"));
        Assert.Equal("alias is 'plain'; another view has that name", Refused("plain", "stats", "driver_id"));
        Assert.StartsWith("alias 'x': view is 'asked', which is computed", Refused("x", "asked", "driver_id"), StringComparison.Ordinal);
        Assert.StartsWith("alias 'x': view is 'stat'; it is not defined; did you mean", Refused("x", "stat", "driver_id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_set_is_a_table_in_the_order_of_the_spine_and_histories_are_read_as_they_were()
    {
        var stats = await _bed.FillAsync("lake.old_stats", Stats, [Stat(1, 10, 10, 4)]);
        var before = stats.Metadata.CurrentSnapshotId;
        await stats.AppendAsync([LakeBed.Rows(stats.Schema.Fields, Stat(1, 11, 11, 5))], LakeBed.Cancellation);
        var old = new TableAt(stats.Name, new ScanRequest { SnapshotId = before });
        var request = _bed.Request(await SpineAsync((1, 12), (2, 12), (1, 11)), "stats") with { Histories = new Dictionary<string, TableAt> { ["stats"] = old } };
        var table = await _bed.Join().WriteAsync(request, TableName.Parse("lake.training"), null, LakeBed.Cancellation);
        Assert.Equal(["driver_id", "event_timestamp", "label", "stats__rate", "stats__tags"], table.Schema.Fields.Select(f => f.Name));
        Assert.Equal([("0", 4L), ("1", null), ("2", 4L)], (await LakeBed.ReadAsync(table)).Select(r => ((string)r[2]!, r[3])));
        if (_bed.Bed.Place.IsLocal && ForeignReaders.IsInstalled("icebird"))
        {
            var read = await ForeignReaders.ReadTableAsync(table.Metadata.Location);
            Assert.Equal([("0", "4", "[\"4\",\"1\"]"), ("1", "", ""), ("2", "4", "[\"4\",\"1\"]")], read.Select(r => (r.GetProperty("label").ToString(), r.GetProperty("stats__rate").ToString(), r.GetProperty("stats__tags").ToString())));
        }
        Assert.StartsWith("output table is lake.training; there is a table of that name", (await Assert.ThrowsAsync<JoinException>(() => _bed.Join().WriteAsync(request, table.Name, null, LakeBed.Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_joined_is_named_with_its_value_and_the_rule()
    {
        await _bed.FillAsync("lake.stats", [.. Stats[..3], JoinBed.Column(4, "rate", PrimitiveType.Double), Stats[4]], []);
        var spine = await SpineAsync((1, 1));
        Assert.Equal("source 'stats': feature 'rate' is int64, and double in table lake.stats; it must be the same or widen to it", await _bed.ErrorAsync(_bed.Request(spine, "stats:rate")));
        Assert.StartsWith("source 'base': history is lake.base; the lake has no such table", await _bed.ErrorAsync(_bed.Request(spine, "base")), StringComparison.Ordinal);
        Assert.StartsWith("source 'somewhere': path is 'files/some.csv'; it must be a table of the lake", await _bed.ErrorAsync(_bed.Request(spine, "far")), StringComparison.Ordinal);
        Assert.StartsWith("time column is 'label', which is string in spine lake.spine; it must be a timestamp", await _bed.ErrorAsync(_bed.Request(spine, "stats:tags") with { TimeColumn = "label" }), StringComparison.Ordinal);
        Assert.StartsWith("time column is 'event_timestam'; spine lake.spine has no such column; did you mean 'event_timestamp'?", await _bed.ErrorAsync(_bed.Request(spine, "stats:tags") with { TimeColumn = "event_timestam" }), StringComparison.Ordinal);
        Assert.StartsWith("request input is 'amount'; spine lake.spine has no such column", await _bed.ErrorAsync(_bed.Request(spine, "asked")), StringComparison.Ordinal);
        Assert.StartsWith("spine is lake.none; the lake has no such table", await _bed.ErrorAsync(_bed.Request(JoinBed.Spine("lake.none"), "stats:tags")), StringComparison.Ordinal);
        Assert.StartsWith("features are none", await _bed.ErrorAsync(_bed.Request(spine)), StringComparison.Ordinal);
        Assert.StartsWith("column 'rate' would stand twice: features of several views have that name", await _bed.ErrorAsync(await BothAsync(spine) with { ShortNames = true }), StringComparison.Ordinal);
        Assert.Equal("feature is 'stats:rat'; it must be view:feature of the definitions; did you mean 'rate'?", Assert.Throws<JoinException>(() => _bed.Request(spine, "stats:rat")).Message);
    }

    private static object?[] Stat(int driver, int minute, int? created, int rate) => [driver, At(minute), created is { } at ? At(at) : null, rate, new List<object?> { (long)rate, 1L }];

    private static long At(int minute) => JoinBed.Day + (minute * JoinBed.Minute);

    private async Task<JoinRequest> BothAsync(JoinSpine spine)
    {
        await _bed.FillAsync("lake.stats2", Stats, []);
        await _bed.FillAsync("lake.plain", [.. Spine[..1], JoinBed.Column(2, "shop_id", PrimitiveType.String), JoinBed.Column(3, "event_time", PrimitiveType.Timestamp), JoinBed.Column(4, "rate", PrimitiveType.Double)], []);
        return _bed.Request(spine, "stats:rate", "plain:rate") with { Histories = new Dictionary<string, TableAt> { ["stats"] = new(TableName.Parse("lake.stats2")) } };
    }

    private async Task<JoinSpine> SpineAsync(params (long Driver, int Minute)[] rows)
    {
        await _bed.FillAsync("lake.spine", Spine, [.. rows.Select((r, i) => new object?[] { r.Driver, At(r.Minute), $"{i}" })], appends: 3);
        return JoinBed.Spine("lake.spine");
    }

    private async Task<List<object?>> RatesAsync(params (long Driver, int Minute)[] rows) => [.. (await _bed.RunAsync(_bed.Request(await SpineAsync(rows), "stats:rate"))).Rows.Select(r => r[3])];
}
