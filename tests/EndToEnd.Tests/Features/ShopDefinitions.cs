namespace EndToEnd.Tests.Features;

/// <summary>Small definitions: windows over clicks, and rows that are pushed. Entities have one whole-number key.</summary>
internal static class ShopDefinitions
{
    public const string Entity = "shopper";
    public const string Clicks = "shopper_clicks:clicks_30d", Units = "shopper_clicks:units_30d", Amount = "shopper_clicks:amount_30d", ClicksOfTheDay = "shopper_clicks:clicks_1d";
    public const string Level = "shopper_profile:level";

    public const string Json = """
        {
          "entities": [ { "name": "shopper", "joinKeys": [ { "name": "shopper_id", "type": "int64" } ] } ],
          "sources": [
            { "name": "clicks", "kind": "events", "fields": [ { "name": "units", "type": "int64" }, { "name": "amount", "type": "double" } ] },
            { "name": "profiles", "kind": "push", "fields": [ { "name": "level", "type": "int64" }, { "name": "note", "type": "string" } ] }
          ],
          "featureViews": [
            {
              "name": "shopper_clicks", "kind": "stream", "entities": ["shopper"], "source": "clicks",
              "features": [
                { "name": "clicks_30d", "type": "int64", "aggregate": { "function": "count", "window": "30d" } },
                { "name": "clicks_1d", "type": "int64", "aggregate": { "function": "count", "window": "1d" } },
                { "name": "units_30d", "type": "int64", "aggregate": { "function": "sum", "field": "units", "window": "30d" } },
                { "name": "amount_30d", "type": "double", "aggregate": { "function": "sum", "field": "amount", "window": "30d" } }
              ]
            },
            {
              "name": "shopper_profile", "kind": "batch", "entities": ["shopper"], "source": "profiles", "ttl": "1d",
              "features": [ { "name": "level", "type": "int64" }, { "name": "note", "type": "string" } ]
            }
          ]
        }
        """;

    /// <summary>A click, as POST /api/events takes it.</summary>
    /// <param name="quarters">The amount in quarters, so that sums of doubles are exact.</param>
    /// <param name="timeMicros">Microseconds since 1970 UTC.</param>
    public static string Click(string id, long shopper, long units, long quarters, long timeMicros) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$$"""{"id":"{{{id}}}","source":"clicks","type":"click","entity":{"shopper_id":{{{shopper}}}},"time":"{{{FeatureCalls.Moment(timeMicros)}}}","data":{"units":{{{units}}},"amount":{{{quarters * 0.25}}}}}""");
}
