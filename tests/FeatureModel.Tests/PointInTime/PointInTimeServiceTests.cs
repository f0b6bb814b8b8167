using System.Text;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace FeatureModel.Tests.PointInTime;

/// <summary>Rows, and features that are computed from others and from a request.</summary>
public sealed class PointInTimeServiceTests
{
    private const string Definitions = """
        {
          "entities": [ { "name": "shopper", "joinKeys": [ { "name": "shopper_id", "type": "int64" } ] } ],
          "sources": [ { "name": "profiles", "kind": "push", "fields": [ { "name": "age", "type": "int32" }, { "name": "city", "type": "string" } ] } ],
          "featureViews": [
            { "name": "profile", "kind": "batch", "entities": ["shopper"], "source": "profiles", "ttl": "1h",
              "features": [ { "name": "age", "type": "int64", "default": 30 }, { "name": "city", "type": "string" } ] },
            { "name": "basket", "kind": "onDemand", "entities": ["shopper"], "inputs": ["profile"], "requestInputs": [ { "name": "amount", "type": "double" } ],
              "features": [ { "name": "by_age", "type": "double", "expression": "amount / age" } ] },
            { "name": "twice", "kind": "onDemand", "entities": ["shopper"], "inputs": ["basket"],
              "features": [ { "name": "by_age", "type": "double", "expression": "2 * by_age" } ] }
          ]
        }
        """;

    private static readonly DefinitionCatalog Catalog = new(DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "test").Definitions);

    [Fact]
    public void The_newest_event_time_holds_then_the_created_time_then_the_later_arrival()
    {
        var view = Service("profile:age").Views[0];
        HistoryEvent[] history = [Row(0, 5, 9, 1), Row(1, 7, 3, 2), Row(2, 6, 9, 3), Row(3, 7, 4, 4), Row(4, 7, 4, 5), Row(5, 7, 3, 6)];
        Assert.Equal([1, 2, 2, 4, 5, 5], Enumerable.Range(1, 6).Select(known => view.Evaluate(history, known, 10).Values[0].AsInt64));
        Assert.Equal(FeatureDataType.Int64, view.Evaluate(history, 1, 10).Values[0].Type);
    }

    [Fact]
    public void Computed_features_rest_on_rows_and_on_what_the_request_brings()
    {
        var service = Service("twice:by_age", "profile:city");
        Assert.Equal("amount", Assert.Single(service.Inputs).Name);
        Assert.Equal([new FeatureReference("profile", "age")], service.Features[0].Stored);
        var rows = service.Views.Select(v => v.Evaluate([Row(0, 5, 5, 40)], 1, 10)).ToList();
        Assert.Equal(FeatureValue.Of(5.0), service.Evaluate(new FeatureReference("twice", "by_age"), rows, [FeatureValue.Of(100.0)], 10));
        Assert.True(service.Evaluate(new FeatureReference("twice", "by_age"), rows, [FeatureValue.Null], 10).IsNull);
        Assert.Equal(FeatureValue.Of("x"), service.Evaluate(new FeatureReference("profile", "city"), rows, [FeatureValue.Null], 10));
    }

    [Fact]
    public void Rows_of_a_source_without_fields_have_the_columns_of_its_views()
    {
        var bare = Definitions.Replace(", \"fields\": [ { \"name\": \"age\", \"type\": \"int32\" }, { \"name\": \"city\", \"type\": \"string\" } ]", "", StringComparison.Ordinal);
        var catalog = new DefinitionCatalog(DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(bare), "test").Definitions);
        Assert.True(PointInTimeService.TryCreate(catalog, [new FeatureReference("profile", "city"), new FeatureReference("profile", "age")], out var service, out var error), error);
        var row = Histories.Row(0, 5, 5, FeatureValue.Of(40L), FeatureValue.Of("x"));
        Assert.Equal([FeatureValue.Of(40L), FeatureValue.Of("x")], service.Views[0].Evaluate([row], 1, 10).Values);
    }

    [Theory]
    [InlineData("profile:height", "feature view 'profile' has no feature 'height'")]
    [InlineData("nothing:age", "there is no feature view 'nothing'")]
    public void What_is_not_defined_is_named(string reference, string expected)
    {
        Assert.True(FeatureReference.TryParse(reference, out var one));
        Assert.False(PointInTimeService.TryCreate(Catalog, [one], out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Defaults_are_the_definitions() => Assert.Equal(FeatureValue.Of(30L), Service("profile:age").Features[0].Default);

    private static PointInTimeService Service(params string[] references)
    {
        var features = references.Select(r => FeatureReference.TryParse(r, out var one) ? one : throw new ArgumentException(r));
        Assert.True(PointInTimeService.TryCreate(Catalog, features, out var service, out var error), error);
        return service!;
    }

    private static HistoryEvent Row(long position, long time, long created, int age) => Histories.Row(position, time, created, FeatureValue.Of(age), FeatureValue.Of("x"));
}
