using Appliance.Features.Ingest;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Ingest;

public sealed class EventApplierTests : IDisposable
{
    private const string Definitions = """
        {
          "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] }],
          "sources": [
            { "name": "visits", "kind": "events", "fields": [{ "name": "spent", "type": "double" }, { "name": "shop", "type": "string" }], "lateness": "1h" },
            { "name": "profiles", "kind": "push", "fields": [{ "name": "note", "type": "string" }] }
          ],
          "featureViews": [
            { "name": "activity", "kind": "stream", "entities": ["member"], "source": "visits",
              "features": [
                { "name": "visits_6h", "type": "int64", "aggregate": { "function": "count", "window": "6h" } },
                { "name": "spent_6h", "type": "double", "aggregate": { "function": "sum", "field": "spent", "where": "type == 'buy' and shop != 'test'", "window": "6h" } }] },
            { "name": "profile", "kind": "batch", "entities": ["member"], "source": "profiles", "features": [{ "name": "note", "type": "string" }] }
          ]
        }
        """;

    private static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FeatureStage _stage = new(Definitions, Noon);

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Filters_choose_the_events_that_a_feature_is_made_of()
    {
        _stage.Take(Visit("buy", "11:00:00", "\"spent\":2.5,\"shop\":\"a\""));
        _stage.Take(Visit("buy", "11:00:00", "\"spent\":4,\"shop\":\"test\""));
        _stage.Take(Visit("look", "11:00:00", "\"spent\":8,\"shop\":\"a\""));
        // No shop: the condition is unknown, which is not true.
        _stage.Take(Visit("buy", "11:00:00", "\"spent\":16"));
        _stage.Take(Visit("buy", "11:00:00", "\"shop\":\"b\",\"spent\":32,\"more\":{\"x\":[1]}"));

        var block = _stage.Read(["activity"], "member_id", FeatureValue.Of(7L));

        Assert.Equal([FeatureValue.Of(5L), FeatureValue.Of(34.5)], [block.Value(0, 0), block.Value(1, 0)]);
    }

    [Fact]
    public void Events_out_of_order_count_until_they_are_later_than_the_source_allows()
    {
        _stage.Take(Visit("look", "11:30:00", ""));
        _stage.Take(Visit("look", "10:30:00", ""));
        Assert.Equal(IngestOutcome.Refused, _stage.Send(Visit("look", "10:29:59", "")));

        Assert.Equal(RefusalReason.Late, _stage.Refusal.Reason);
        Assert.Equal("time is 2025-06-01T10:29:59Z, further behind the newest of its source (2025-06-01T11:30:00Z) than its lateness allows", _stage.Refusal.Text);
        Assert.Equal(FeatureValue.Of(2L), _stage.Read(["activity:visits_6h"], "member_id", FeatureValue.Of(7L)).Value(0, 0));
    }

    [Fact]
    public void A_clock_that_runs_ahead_is_bounded_and_makes_no_other_event_late()
    {
        _stage.Take(Visit("look", "12:05:00", ""));
        Assert.Equal(IngestOutcome.Refused, _stage.Send(Visit("look", "12:05:01", "")));
        Assert.Equal(RefusalReason.Future, _stage.Refusal.Reason);

        _stage.Take(Visit("look", "11:00:00", ""));
    }

    [Fact]
    public void A_created_time_from_the_future_is_refused_as_an_event_time_is()
    {
        const string Row = """{"source":"profiles","type":"row","entity":{"member_id":7},"time":"2025-06-01T11:00:00Z","created":"CREATED","data":{"note":"NOTE"}}""";
        Assert.Equal(IngestOutcome.Refused, _stage.Send(Row.Replace("CREATED", "2999-01-01T00:00:00Z", StringComparison.Ordinal)));
        Assert.Equal((RefusalReason.Future, "created is 2999-01-01T00:00:00Z, more than 00:05:00 after the event was read (2025-06-01T12:00:00Z)"), _stage.Refusal);
        _stage.Take(Row.Replace("CREATED", "2025-06-01T12:05:00Z", StringComparison.Ordinal).Replace("NOTE", "kept", StringComparison.Ordinal));
        Assert.Equal(FeatureValue.Of("kept"), _stage.Read(["profile:note"], "member_id", FeatureValue.Of(7L)).Value(0, 0));
    }

    [Theory]
    [InlineData("""{"source":"visit","type":"look","entity":{"member_id":7},"time":"2025-06-01T11:00:00Z","data":{}}""", RefusalReason.UnknownSource,
        "source is 'visit'; there is no source of that name; did you mean 'visits'?")]
    [InlineData("""{"source":"visits","type":"look","entity":{"member":7},"time":"2025-06-01T11:00:00Z","data":{}}""", RefusalReason.WrongEntity,
        "entity has member; it must have the join keys of a feature view over source 'visits': member_id")]
    [InlineData("""{"source":"visits","type":"look","entity":{"member_id":"7"},"time":"2025-06-01T11:00:00Z","data":{}}""", RefusalReason.WrongEntity,
        "entity.member_id is '7'; it must be int64, as feature view 'activity' needs it")]
    [InlineData("""{"source":"visits","type":"look","entity":{"member_id":7},"time":"2025-06-01T11:00:00Z","data":{"spent":"much"}}""", RefusalReason.WrongField,
        "data.spent is 'much'; it must be double, a finite number")]
    [InlineData("""{"source":"visits","type":"look","entity":{"member_id":7},"time":"2025-06-01T11:00:00Z","data":{"shop":{"a":1}}}""", RefusalReason.WrongField,
        "data.shop is an object; it must be string")]
    [InlineData("""{"source":"visits","type":"row","entity":{"member_id":7},"time":"2025-06-01T11:00:00Z","data":{}}""", RefusalReason.WrongType,
        "type is 'row'; source 'visits' is of kind events, which takes events of any type but 'row'")]
    [InlineData("""{"source":"profiles","type":"update","entity":{"member_id":7},"time":"2025-06-01T11:00:00Z","data":{"note":"x"}}""", RefusalReason.WrongType,
        "type is 'update'; source 'profiles' is of kind push, which takes rows alone: events of type 'row'")]
    public void What_can_never_be_applied_is_refused_with_field_value_and_rule(string json, RefusalReason reason, string text)
    {
        Assert.Equal(IngestOutcome.Refused, _stage.Send(json));
        Assert.Equal((reason, text), _stage.Refusal);
    }

    [Fact]
    public void A_row_larger_than_the_store_takes_is_refused_and_the_next_one_is_not()
    {
        Assert.Equal(IngestOutcome.Refused, _stage.Send(Profile(new string('n', 70_000))));
        Assert.Equal(RefusalReason.TooLarge, _stage.Refusal.Reason);

        _stage.Take(Profile(new string('n', 60_000)));
        Assert.Equal(60_000, _stage.Read(["profile:note"], "member_id", FeatureValue.Of(7L)).Value(0, 0).AsString.Length);
    }

    [Fact]
    public void Bytes_that_are_no_event_are_refused()
    {
        Assert.Equal(IngestOutcome.Refused, _stage.Send(new PagedEvent("p", 0, 1, new byte[100])));
        Assert.Equal(RefusalReason.Malformed, _stage.Refusal.Reason);
        Assert.Equal(IngestOutcome.Refused, _stage.Send(new PagedEvent("p", 1, 2, default, "not JSON", new byte[3])));
        Assert.Equal((RefusalReason.Malformed, "not JSON"), _stage.Refusal);
    }

    [Fact]
    public void A_new_feature_of_a_stream_view_leaves_the_others_history()
    {
        _stage.Take(Visit("look", "11:00:00", ""));
        _stage.Define(Definitions.Replace("\"features\": [\n", "\"features\": [{ \"name\": \"visits_1h\", \"type\": \"int64\", \"aggregate\": { \"function\": \"count\", \"window\": \"1h\" } },\n", StringComparison.Ordinal));
        Assert.Equal(FeatureValue.Of(1L), _stage.Read(["activity:visits_6h"], "member_id", FeatureValue.Of(7L)).Value(0, 0));

        _stage.Take(Visit("look", "11:40:00", ""));

        var block = _stage.Read(["activity:visits_6h", "activity:visits_1h"], "member_id", FeatureValue.Of(7L));
        Assert.Equal([FeatureValue.Of(2L), FeatureValue.Of(1L)], [block.Value(0, 0), block.Value(1, 0)]);
    }

    private static string Visit(string type, string time, string data) =>
        $$$"""{"source":"visits","type":"{{{type}}}","entity":{"member_id":7},"time":"2025-06-01T{{{time}}}Z","data":{ {{{data}}} }}""";

    private static string Profile(string note) =>
        $$$"""{"source":"profiles","type":"row","entity":{"member_id":7},"time":"2025-06-01T11:00:00Z","data":{"note":"{{{note}}}"}}""";
}
