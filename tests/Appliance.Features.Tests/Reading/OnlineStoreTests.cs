using Appliance.Features.Reading;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Reading;

public sealed class OnlineStoreTests : IDisposable
{
    private const string Definitions = """
        {
          "entities": [
            { "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] },
            { "name": "store", "joinKeys": [{ "name": "store_code", "type": "string" }] }
          ],
          "sources": [
            { "name": "profiles", "kind": "push", "fields": [{ "name": "age", "type": "int32" }, { "name": "city", "type": "string" }] },
            { "name": "visits", "kind": "events", "fields": [{ "name": "spent", "type": "double" }] },
            { "name": "stock", "kind": "push", "fields": [{ "name": "left", "type": "int64" }] }
          ],
          "featureViews": [
            { "name": "profile", "kind": "batch", "entities": ["member"], "source": "profiles", "ttl": "1h",
              "features": [{ "name": "age", "type": "int32" }, { "name": "city", "type": "string" }] },
            { "name": "activity", "kind": "stream", "entities": ["member"], "source": "visits",
              "features": [
                { "name": "visits_1h", "type": "int64", "aggregate": { "function": "count", "window": "1h" } },
                { "name": "most_1h", "type": "double", "aggregate": { "function": "max", "field": "spent", "window": "1h" } }] },
            { "name": "shelf", "kind": "batch", "entities": ["member", "store"], "source": "stock", "features": [{ "name": "left", "type": "int64" }] },
            { "name": "derived", "kind": "onDemand", "entities": ["member"], "inputs": ["profile", "activity"],
              "requestInputs": [{ "name": "basket", "type": "double" }],
              "features": [
                { "name": "per_visit", "type": "double", "expression": "basket / visits_1h" },
                { "name": "older", "type": "int64", "expression": "age + 1" }] }
          ]
        }
        """;

    private static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FeatureStage _stage = new(Definitions, Noon);

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Statuses_tell_a_value_a_null_an_unknown_entity_and_an_old_row_apart()
    {
        Row(1, "\"age\":30,\"city\":\"上海\"", "2025-06-01T11:30:00Z");
        Row(2, "\"age\":null", "2025-06-01T11:30:00Z");
        Row(3, "\"age\":50", "2025-06-01T10:59:59Z");

        var block = _stage.Read(["profile:age", "profile:city"], "member_id", Ids(1, 2, 3, 4));

        Assert.Equal([FeatureStatus.Present, FeatureStatus.NullValue, FeatureStatus.OutsideMaxAge, FeatureStatus.NotFound], Statuses(block, 0));
        Assert.Equal([FeatureStatus.Present, FeatureStatus.NullValue, FeatureStatus.NullValue, FeatureStatus.NotFound], Statuses(block, 1));
        Assert.Equal(FeatureValue.Of(30), block.Value(0, 0));
        Assert.Equal(FeatureValue.Of("上海"), block.Value(1, 0));
        Assert.Equal(FeatureValue.Of(50), block.Value(0, 2));
        Assert.True(block.Value(0, 3).IsNull);
        Assert.Equal(FeatureStage.Micros(Noon.AddMinutes(-30)), block.EventTime(0, 0));
        Assert.Equal(0, block.EventTime(0, 3));
    }

    [Fact]
    public void Age_is_judged_when_read()
    {
        Row(1, "\"age\":30", "2025-06-01T11:30:00Z");
        Assert.Equal(FeatureStatus.Present, _stage.Read(["profile:age"], "member_id", Ids(1)).Status(0, 0));

        _stage.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal(FeatureStatus.OutsideMaxAge, _stage.Read(["profile:age"], "member_id", Ids(1)).Status(0, 0));
    }

    [Fact]
    public void The_newest_row_wins_whatever_the_order_of_arrival()
    {
        Row(1, "\"age\":31", "2025-06-01T11:31:00Z");
        Row(1, "\"age\":30", "2025-06-01T11:30:00Z");
        Assert.Equal(FeatureValue.Of(31), _stage.Read(["profile:age"], "member_id", Ids(1)).Value(0, 0));

        Row(1, "\"age\":33", "2025-06-01T11:31:00Z", created: "2025-06-01T11:40:00Z");
        Row(1, "\"age\":32", "2025-06-01T11:31:00Z", created: "2025-06-01T11:35:00Z");
        Assert.Equal(FeatureValue.Of(31), _stage.Read(["profile:age"], "member_id", Ids(1)).Value(0, 0));

        _stage.Time.Advance(TimeSpan.FromSeconds(1));
        Row(1, "\"age\":34", "2025-06-01T11:31:00Z", created: "2025-06-01T12:00:01Z");
        Assert.Equal(FeatureValue.Of(34), _stage.Read(["profile:age"], "member_id", Ids(1)).Value(0, 0));
    }

    [Fact]
    public void Windows_slide_and_an_entity_without_events_has_no_row()
    {
        Visit(1, 5, "2025-06-01T11:10:00Z");
        Visit(1, 9, "2025-06-01T11:50:00Z");
        var block = _stage.Read(["activity"], "member_id", Ids(1, 2));
        Assert.Equal([FeatureValue.Of(2L), FeatureValue.Of(9.0)], [block.Value(0, 0), block.Value(1, 0)]);
        Assert.Equal(FeatureStatus.NotFound, block.Status(0, 1));

        _stage.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(FeatureValue.Of(1L), _stage.Read(["activity:visits_1h"], "member_id", Ids(1)).Value(0, 0));

        _stage.Time.Advance(TimeSpan.FromHours(1));
        block = _stage.Read(["activity"], "member_id", Ids(1));
        Assert.Equal(FeatureValue.Of(0L), block.Value(0, 0));
        Assert.Equal(FeatureStatus.NullValue, block.Status(1, 0));
    }

    [Fact]
    public void On_demand_features_take_stored_ones_and_the_request()
    {
        Row(1, "\"age\":30", "2025-06-01T11:30:00Z");
        Visit(1, 5, "2025-06-01T11:50:00Z");
        Visit(1, 5, "2025-06-01T11:51:00Z");
        var rows = Rows(("member_id", Ids(1, 2)), ("basket", [FeatureValue.Of(10.0), FeatureValue.Of(7L)]));
        var block = Block(["derived:per_visit", "derived:older"], rows);
        Assert.Equal([FeatureValue.Of(5.0), FeatureValue.Of(31L)], [block.Value(0, 0), block.Value(1, 0)]);
        // No visits and no age: 7 by 0 is undefined, and nothing follows from nothing.
        Assert.Equal([FeatureStatus.NullValue, FeatureStatus.NullValue], [block.Status(0, 1), block.Status(1, 1)]);

        Assert.Equal(FeatureValue.Of(31L), _stage.Read(["derived:older"], "member_id", Ids(1)).Value(0, 0));
    }

    [Fact]
    public void Keys_of_several_columns_and_of_text_are_told_apart_in_full()
    {
        Stock(1, "a", 5);
        Stock(1, "ab", 6);
        Stock(2, "a", 7);
        var rows = Rows(("store_code", Texts("a", "ab", "a", "b")), ("member_id", Ids(1, 1, 2, 1)));

        var block = Block(["shelf:left"], rows);
        Assert.Equal([5L, 6L, 7L], [block.Value(0, 0).AsInt64, block.Value(0, 1).AsInt64, block.Value(0, 2).AsInt64]);
        Assert.Equal(FeatureStatus.NotFound, block.Status(0, 3));
    }

    [Theory]
    [InlineData("profil:age", "features[0] is 'profil:age'; there is no feature view 'profil'; did you mean 'profile'?")]
    [InlineData("profile:agee", "features[0] is 'profile:agee'; feature view 'profile' has no feature 'agee'; did you mean 'age'?")]
    public void An_unknown_name_is_refused_with_what_was_meant(string reference, string error) =>
        Assert.Equal(error, _stage.Read([reference], Rows(("member_id", Ids(1)))));

    [Fact]
    public void Entities_that_do_not_fit_are_refused_by_column_row_value_and_rule()
    {
        Assert.Equal("entities has no 'member_id', which feature view 'profile' needs as int64", _stage.Read(["profile:age"], Rows(("id", Ids(1)))));
        Assert.Equal("entities.member_id[1] is 'x'; it must be int64", _stage.Read(["profile:age"], Rows(("member_id", [FeatureValue.Of(1L), FeatureValue.Of("x")]))));
        Assert.Equal("entities.member_id[0] is null; it must be int64", _stage.Read(["profile:age"], Rows(("member_id", [FeatureValue.Null]))));
        Assert.Equal("'store_code' has 1 values and 'member_id' has 2; every column must have one value for each entity",
            _stage.Read(["shelf:left"], Rows(("member_id", Ids(1, 2)), ("store_code", Texts("a")))));
        Assert.Equal("101 entities are asked for; at most 100 are taken in one request",
            _stage.Read(["profile:age"], Rows(("member_id", Ids([.. Enumerable.Range(0, 101).Select(i => (long)i)])))));
        Assert.Equal("entities.store_code[0] has 20000 characters; at most 16384 are taken in a key",
            _stage.Read(["shelf:left"], Rows(("member_id", Ids(1)), ("store_code", Texts(new string('k', 20_000))))));
    }

    [Fact]
    public void A_request_input_may_be_null_and_what_follows_from_it_is_too()
    {
        Visit(1, 5, "2025-06-01T11:50:00Z");
        var block = Block(["derived:per_visit"], Rows(("member_id", Ids(1)), ("basket", [FeatureValue.Null])));
        Assert.Equal(FeatureStatus.NullValue, block.Status(0, 0));
        Assert.Equal("entities.basket[0] is 'x'; it must be double", _stage.Read(["derived:per_visit"], Rows(("member_id", Ids(1)), ("basket", Texts("x")))));
    }

    [Fact]
    public void Rows_of_an_older_layout_are_read_in_the_newer_one()
    {
        Row(1, "\"age\":30,\"city\":\"x\"", "2025-06-01T11:30:00Z");

        _stage.Define(Definitions
            .Replace("""{ "name": "age", "type": "int32" }, { "name": "city", "type": "string" }] },""", """{ "name": "rank", "type": "int64" }, { "name": "age", "type": "int64" }, { "name": "city", "type": "string" }] },""", StringComparison.Ordinal)
            .Replace("""[{ "name": "age", "type": "int32" }, { "name": "city", "type": "string" }] }""", """[{ "name": "age", "type": "int64" }, { "name": "city", "type": "string" }, { "name": "rank", "type": "int64" }] }""", StringComparison.Ordinal));
        Row(2, "\"age\":5000000000,\"rank\":3", "2025-06-01T11:30:00Z");

        var block = _stage.Read(["profile:age", "profile:rank", "profile:city"], "member_id", Ids(1, 2));
        Assert.Equal([FeatureValue.Of(30L), FeatureValue.Of(5_000_000_000L)], [block.Value(0, 0), block.Value(0, 1)]);
        Assert.Equal([FeatureStatus.NullValue, FeatureStatus.Present], Statuses(block, 1));
        Assert.Equal(FeatureValue.Of("x"), block.Value(2, 0));
    }

    private FeatureBlock Block(string[] features, EntityRows rows)
    {
        var block = new FeatureBlock();
        Assert.True(FeatureReadPlan.TryCreate(_stage.Catalog, features, "features", out var plan, out _));
        Assert.Null(_stage.Store.Read(plan!, rows, block));
        return block;
    }

    private void Row(long member, string data, string time, string? created = null)
    {
        var more = created is null ? "" : $"\"created\":\"{created}\",";
        _stage.Take($$$"""{"source":"profiles","type":"row","entity":{"member_id":{{{member}}}},"time":"{{{time}}}",{{{more}}}"data":{ {{{data}}} }}""");
    }

    private void Visit(long member, double spent, string time) =>
        _stage.Take($$$"""{"source":"visits","type":"visit","entity":{"member_id":{{{member}}}},"time":"{{{time}}}","data":{"spent":{{{spent}}}}}""");

    private void Stock(long member, string store, long left) => _stage.Take($$$"""{"source":"stock","type":"row","entity":{"store_code":"{{{store}}}","member_id":{{{member}}}},"time":"2025-06-01T11:00:00Z","data":{"left":{{{left}}}}}""");

    private static FeatureStatus[] Statuses(FeatureBlock block, int output) => [.. Enumerable.Range(0, block.Rows).Select(row => block.Status(output, row))];

    private static FeatureValue[] Ids(params long[] ids) => Array.ConvertAll(ids, FeatureValue.Of);

    private static FeatureValue[] Texts(params string[] texts) => Array.ConvertAll(texts, FeatureValue.Of);

    private static EntityRows Rows(params (string Name, FeatureValue[] Values)[] columns)
    {
        var rows = new EntityRows();
        foreach (var (name, values) in columns)
        {
            rows.AddColumn(name);
            foreach (var value in values) rows.Add(value);
        }
        return rows;
    }
}
