using System.Text;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace FeatureModel.Tests.PointInTime;

/// <summary>Definitions over a history that other definitions have read.</summary>
public sealed class HeldColumnsTests
{
    private const string Fields = """{ "name": "kind", "type": "string" }, { "name": "size", "type": "int64" }, { "name": "cost", "type": "double" }""";
    private const string Columns = """{ "name": "age", "type": "int64" }, { "name": "city", "type": "string" }""";

    private static readonly string[] All = ["flow:dear", "flow:big", "flow:all", "home:age", "home:city", "mix:both"];

    [Fact]
    public void Fields_are_found_by_their_names_wherever_they_stand()
    {
        var service = Service("""{ "name": "cost", "type": "double" }, { "name": "new", "type": "bool" }, { "name": "size", "type": "int64" }""", """{ "name": "aa", "type": "bool" }, """ + Columns);
        Assert.All(service.Features, f => Assert.True(f.IsReadable));
        HistoryEvent[] events = [Event(0, FeatureValue.Of(1.5), FeatureValue.Null, FeatureValue.Of(7L)), Event(1, FeatureValue.Of(2.5), FeatureValue.Null, FeatureValue.Of(3L))];
        var flow = service.Views[0].Evaluate(events, 2, 10);
        Assert.Equal([FeatureValue.Of(4.0), FeatureValue.Of(7L), FeatureValue.Of(2L)], flow.Values);
        // Rows of a source that lists no columns have those of its views, in the order of their names.
        var home = service.Views[1].Evaluate([Histories.Row(0, 5, 5, FeatureValue.Null, FeatureValue.Of(40L), FeatureValue.Of("x"))], 1, 10);
        Assert.Equal([FeatureValue.Of(40L), FeatureValue.Of("x")], home.Values);
        Assert.Equal(FeatureValue.Of(44.0), service.Evaluate(new FeatureReference("mix", "both"), [flow, home], [], 10));
    }

    [Theory]
    [InlineData("""{ "name": "cost", "type": "double" }""", Columns, "flow:big")]
    [InlineData("""{ "name": "cost", "type": "double" }, { "name": "size", "type": "double" }""", Columns, "flow:big")]
    [InlineData("""{ "name": "size", "type": "int64" }""", Columns, "flow:dear mix:both")]
    [InlineData(Fields, """{ "name": "city", "type": "string" }""", "home:age mix:both")]
    [InlineData(Fields, """{ "name": "age", "type": "double" }, { "name": "city", "type": "string" }""", "home:age mix:both")]
    [InlineData(Fields, """{ "name": "age", "type": "int32" }, { "name": "city", "type": "string" }""", "")]
    public void What_the_history_lacks_or_has_in_another_type_is_told_and_read_as_null(string fields, string columns, string expected)
    {
        var service = Service(fields, columns);
        Assert.Equal(expected, string.Join(' ', service.Features.Where(f => !f.IsReadable).Select(f => f.Reference)));
        var flow = service.Views[0].Evaluate([Event(0)], 1, 10);
        Assert.Equal(FeatureValue.Of(1L), flow.Values[2]);
        foreach (var lost in service.Features.Where(f => !f.IsReadable && f.Reference.View == "flow")) Assert.True(service.Evaluate(lost.Reference, [flow], [], 10).IsNull);
    }

    [Fact]
    public void A_view_that_has_another_source_by_now_reads_nothing_of_it()
    {
        var other = Definitions(Fields, Columns).Replace("\"source\": \"homes\"", "\"source\": \"others\"", StringComparison.Ordinal);
        Assert.True(PointInTimeService.TryCreate(Catalog(Definitions(Fields, Columns)), Catalog(other), [Reference("home:age")], out var service, out _));
        Assert.False(service.Features[0].IsReadable);
        Assert.True(service.Views[0].Evaluate([Histories.Row(0, 5, 5)], 1, 10).Values[0].IsNull);
    }

    // Both lists as the history's reader has them.
    private static PointInTimeService Service(string fields, string columns)
    {
        Assert.True(PointInTimeService.TryCreate(Catalog(Definitions(Fields, Columns)), Catalog(Definitions(fields, columns)), All.Select(Reference), out var service, out var error), error);
        return service;
    }

    private static DefinitionCatalog Catalog(string json) => new(DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(json), "test").Definitions);

    private static FeatureReference Reference(string text) => FeatureReference.TryParse(text, out var one) ? one : throw new ArgumentException(text);

    private static HistoryEvent Event(long position, params FeatureValue[] fields) =>
        new("a", [.. fields, .. new FeatureValue[3 - fields.Length]]) { Position = position, IsRow = false, EventTime = 5, CreatedTime = 5, IngestTime = 5 };

    private static string Definitions(string fields, string columns) => $$"""
        {
          "entities": [ { "name": "thing", "joinKeys": [ { "name": "id", "type": "int64" } ] } ],
          "sources": [ { "name": "moves", "kind": "events", "fields": [ {{fields}} ] }, { "name": "homes", "kind": "push" }, { "name": "others", "kind": "push" } ],
          "featureViews": [
            { "name": "flow", "kind": "stream", "entities": ["thing"], "source": "moves", "features": [
              { "name": "dear", "type": "double", "aggregate": { "function": "sum", "field": "cost", "window": "1h" } },
              { "name": "big", "type": "int64", "aggregate": { "function": "max", "field": "size", "where": "size > 1 and type == 'a'", "window": "1h" } },
              { "name": "all", "type": "int64", "aggregate": { "function": "count", "window": "1h" } } ] },
            { "name": "home", "kind": "batch", "entities": ["thing"], "source": "homes", "features": [ {{columns}} ] },
            { "name": "mix", "kind": "onDemand", "entities": ["thing"], "inputs": ["flow", "home"], "features": [ { "name": "both", "type": "double", "expression": "dear + age" } ] }
          ]
        }
        """;
}
