using System.Globalization;
using System.Text;
using FeatureModel.Definitions;

namespace Appliance.Features.Tests.Registry;

/// <summary>Small sets of definitions over members, as their files would say it.</summary>
internal static class MemberDefinitions
{
    public static FeatureDefinitions Base => Read("""
        {
          "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] }],
          "sources": [
            { "name": "events", "kind": "events", "fields": [{ "name": "amount", "type": "double" }] },
            { "name": "rows", "kind": "push" }],
          "featureViews": [
            { "name": "activity", "kind": "stream", "entities": ["member"], "source": "events", "features": [
              { "name": "visits", "type": "int64", "aggregate": { "function": "count", "window": "30d" } },
              { "name": "spent", "type": "double", "aggregate": { "function": "sum", "field": "amount", "window": "30d" } }] },
            { "name": "profile", "kind": "batch", "entities": ["member"], "source": "rows", "features": [
              { "name": "tenure", "type": "int32" }] },
            { "name": "ratio", "kind": "onDemand", "entities": ["member"], "inputs": ["activity", "profile"], "features": [
              { "name": "per_day", "type": "double", "expression": "visits / tenure" }] }],
          "featureServices": [
            { "name": "churn", "features": ["activity:spent", "ratio:per_day"] },
            { "name": "whole", "features": ["profile"] }]
        }
        """);

    /// <summary>The stream view with another window for its sum.</summary>
    public static FeatureDefinitions SpentOver(string window) => Activity($$"""
        { "name": "visits", "type": "int64", "aggregate": { "function": "count", "window": "30d" } },
        { "name": "spent", "type": "double", "aggregate": { "function": "sum", "field": "amount", "window": "{{window}}" } }
        """);

    public static FeatureDefinitions Activity(string features) => Read(
        $$"""{ "featureViews": [{ "name": "activity", "kind": "stream", "entities": ["member"], "source": "events", "features": [{{features}}] }] }""");

    public static FeatureDefinitions Profile(string features) => Read(
        $$"""{ "featureViews": [{ "name": "profile", "kind": "batch", "entities": ["member"], "source": "rows", "features": [{{features}}] }] }""");

    /// <summary>A compatible change that is another one each time.</summary>
    public static FeatureDefinitions Described(int number) => Read(string.Create(CultureInfo.InvariantCulture,
        $$"""{ "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }], "description": "number {{number}}" }] }"""));

    public static FeatureDefinitions Read(string json)
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(json), "members.json");
        Assert.Empty(read.Errors);
        return read.Definitions;
    }
}
