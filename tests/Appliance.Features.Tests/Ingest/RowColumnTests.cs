using Appliance.Features.Ingest;
using Appliance.Features.Verification;
using FeatureModel.Events;
using FeatureModel.Values;
using TestKit;

namespace Appliance.Features.Tests.Ingest;

/// <summary>Which columns rows have, of which types and lengths, where the views say so.</summary>
public sealed class RowColumnTests : IDisposable
{
    private const string Definitions = """
        {
          "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] }],
          "sources": [
            { "name": "bare", "kind": "push" },
            { "name": "table", "kind": "file", "path": "table.csv" },
            { "name": "listed", "kind": "push", "fields": [{ "name": "codes", "type": "list<int32>" }, { "name": "vector", "type": "list<float>" }] }
          ],
          "featureViews": [
            { "name": "one", "kind": "batch", "entities": ["member"], "source": "bare", "features": [
              { "name": "rate", "type": "double" }, { "name": "vector", "type": "list<float>", "dimension": 3 }] },
            { "name": "two", "kind": "batch", "entities": ["member"], "source": "bare", "features": [
              { "name": "note", "type": "string" }, { "name": "vector", "type": "list<float>" }, { "name": "rate", "type": "double" }] },
            { "name": "filed", "kind": "batch", "entities": ["member"], "source": "table", "features": [{ "name": "age", "type": "int64" }] },
            { "name": "wide", "kind": "batch", "entities": ["member"], "source": "listed", "features": [
              { "name": "codes", "type": "list<int64>", "dimension": 0 }, { "name": "vector", "type": "list<double>", "dimension": 2 }] }
          ]
        }
        """;

    private readonly FeatureStage _stage = new(Definitions, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Rows_of_a_source_without_fields_fill_every_view_over_it()
    {
        _stage.Take(Row("bare", """{"note":"x","rate":0.5,"vector":[1,2,3],"more":true}"""));
        _stage.Take(Row("table", """{"age":40}"""));

        var block = _stage.Read(["one:rate", "two:note", "two:rate", "filed:age"], "member_id", FeatureValue.Of(7L));

        Assert.Equal([FeatureValue.Of(0.5), FeatureValue.Of("x"), FeatureValue.Of(0.5), FeatureValue.Of(40L)], [block.Value(0, 0), block.Value(1, 0), block.Value(2, 0), block.Value(3, 0)]);
    }

    [Theory]
    [InlineData("bare", """{"note":"x","rate":"high","vector":null}""", "data.rate is 'high'; it must be double, a finite number")]
    [InlineData("bare", """{"note":"x","rate":1,"vector":[1,2]}""", "data.vector has 2 elements; it must have 3, its dimension in feature view 'one'")]
    [InlineData("listed", """{"codes":[],"vector":[]}""", "data.vector has 0 elements; it must have 2, its dimension in feature view 'wide'")]
    public void A_value_of_another_type_or_length_is_refused(string source, string data, string refusal)
    {
        Assert.Equal(IngestOutcome.Refused, _stage.Send(Row(source, data)));
        Assert.Equal((RefusalReason.WrongField, refusal), _stage.Refusal);
        Assert.Equal(refusal, Screened(Row(source, data)));
    }

    [Fact]
    public void Lists_are_kept_in_the_wider_type_of_their_view()
    {
        _stage.Take(Row("listed", """{"codes":[1,-2,3],"vector":[0.5,2]}"""));

        var block = _stage.Read(["wide:codes", "wide:vector"], "member_id", FeatureValue.Of(7L));

        Assert.Equal([1L, -2L, 3L], (long[])block.Value(0, 0).AsList);
        Assert.Equal([0.5, 2.0], (double[])block.Value(1, 0).AsList);
    }

    [Fact]
    public void A_sender_is_told_which_features_a_row_leaves_out_and_null_is_a_value()
    {
        Assert.Equal("data has no 'rate', 'vector'; a row must have every feature of feature view 'one', or null for it", Screened(Row("bare", """{"note":"x"}""")));
        Assert.Equal("data has no 'note'; a row must have every feature of feature view 'two', or null for it", Screened(Row("bare", """{"rate":1,"vector":null}""")));
        Assert.Null(Screened(Row("bare", """{"rate":null,"vector":null,"note":null}""")));
    }

    // What stands in a journal was taken before anybody looked for gaps, and features may be added while rows are on their way.
    [Fact]
    public void The_loop_takes_a_row_that_leaves_features_out() => _stage.Take(Row("bare", """{"rate":1}"""));

    [Fact]
    public void A_replay_takes_the_same_rows_and_has_the_same_columns()
    {
        var histories = new EntityHistories(100);
        var replay = new EventReplay(_stage.Catalog, histories, new VerificationSettings(new IngestOptions(), new StreamProgress(0), _stage.Table.MaxRowBytes, (_, _) => true, 0));
        foreach (var (data, isTaken) in new[] { ("""{"note":"x","rate":1,"vector":[1,2]}""", false), ("""{"note":"x","rate":"high"}""", false), ("""{"note":"x","rate":1,"vector":[1,2,3]}""", true) })
        {
            var paged = _stage.Paged(Row("bare", data));
            Assert.True(EventRecord.TryParse(paged.Record.Span, out var record));
            Assert.Equal(isTaken, replay.Take(record, paged.Position));
        }
    }

    [Fact]
    public void Looking_at_an_event_allocates_nothing()
    {
        var paged = _stage.Paged(Row("bare", """{"note":"x","rate":1,"vector":null}"""));
        var screen = new EventScreen();
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 1_000; i++) Look();
        }));

        void Look()
        {
            Assert.True(EventRecord.TryParse(paged.Record.Span, out var record));
            Assert.Null(screen.Refuse(_stage.Catalog, record));
        }
    }

    private string? Screened(string json)
    {
        Assert.True(EventRecord.TryParse(_stage.Paged(json).Record.Span, out var record));
        return new EventScreen().Refuse(_stage.Catalog, record);
    }

    private static string Row(string source, string data) =>
        $$"""{"source":"{{source}}","type":"row","entity":{"member_id":7},"time":"2026-03-01T11:00:00Z","data":{{data}}}""";
}
