using System.Text.Json;
using Appliance.Inference.Tensors;
using Contracts;

namespace TestKit;

/// <summary>Small definitions with one view of each kind, and a model of a number, a whole number, a text and a derived number that they fill.</summary>
public static class ShopFeatures
{
    public const string Model = "shop";

    /// <summary>Definitions with the service <c>shop</c> of one int64 key, and <c>baskets</c>, which also takes an input of the request.</summary>
    public const string Definitions = """
        {
          "entities": [ { "name": "shopper", "joinKeys": [ { "name": "shopper_id", "type": "int64" } ] } ],
          "sources": [
            { "name": "clicks", "kind": "events", "fields": [ { "name": "amount", "type": "double" } ] },
            { "name": "profiles", "kind": "push", "fields": [ { "name": "age", "type": "int64" }, { "name": "city", "type": "string" } ] }
          ],
          "featureViews": [
            {
              "name": "shopper_clicks", "kind": "stream", "entities": ["shopper"], "source": "clicks",
              "features": [
                { "name": "spent", "type": "double", "aggregate": { "function": "sum", "field": "amount", "window": "1h" } },
                { "name": "dearest", "type": "double", "default": -1, "aggregate": { "function": "max", "field": "amount", "window": "1h" } }
              ]
            },
            {
              "name": "shopper_profile", "kind": "batch", "entities": ["shopper"], "source": "profiles", "ttl": "1h",
              "features": [ { "name": "age", "type": "int64" }, { "name": "city", "type": "string", "default": "未知" } ]
            },
            {
              "name": "shopper_mix", "kind": "onDemand", "entities": ["shopper"], "inputs": ["shopper_clicks", "shopper_profile"],
              "features": [ { "name": "spent_by_age", "type": "double", "expression": "spent / age" } ]
            },
            {
              "name": "shopper_basket", "kind": "onDemand", "entities": ["shopper"], "inputs": ["shopper_clicks"], "requestInputs": [ { "name": "basket", "type": "double" } ],
              "features": [ { "name": "with_basket", "type": "double", "expression": "spent + basket" } ]
            }
          ],
          "featureServices": [
            { "name": "shop", "features": ["shopper_clicks:dearest", "shopper_profile:age", "shopper_profile:city", "shopper_mix:spent_by_age"] },
            { "name": "baskets", "features": ["shopper_basket:with_basket"] }
          ]
        }
        """;

    public static ModelSignature Signature(int maxBatchSize = 8) => SignatureBuilder.Batched(maxBatchSize)
        .Input("x", Datatype.FP32, 2).Input("age", Datatype.Int64, 1).Input("city", Datatype.Bytes, 1).Output("score", Datatype.FP32, 1).Build();

    /// <summary>Features dearest, spent_by_age (in x), age and city; all required but for spent_by_age, whose default is 0.25.</summary>
    public static ModelManifest Manifest() => new()
    {
        Model = Model,
        Version = 1,
        FeatureService = new ManifestFeatureService { Name = "shop", Version = 1 },
        Features =
        [
            new ManifestFeature { Name = "dearest", Type = "double", Input = "x", Column = 0 },
            new ManifestFeature { Name = "spent_by_age", Type = "double", Input = "x", Column = 1, Default = JsonDocument.Parse("0.25").RootElement },
            new ManifestFeature { Name = "age", Type = "int64", Input = "age" },
            new ManifestFeature { Name = "city", Type = "string", Input = "city" },
        ],
        Outputs = [new ManifestOutput { Name = "score", Output = "score" }],
    };

    /// <summary>Sigmoid of (dearest + 2 spent_by_age + age + bytes of city) / 100.</summary>
    public static LinearModelInstance Instance(ModelSignature signature) => new(signature, 0, 0.01, 0.02, 0.01, 0.01);

    /// <summary>A click, as the journal takes it.</summary>
    public static string Click(long shopper, DateTimeOffset time, double amount) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$$"""{"source":"clicks","type":"click","entity":{"shopper_id":{{{shopper}}}},"time":"{{{time:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","data":{"amount":{{{amount}}}}}""");

    /// <summary>A row of the profile view.</summary>
    /// <param name="data">The members of its data: <c>"age":30,"city":"x"</c>.</param>
    public static string Profile(long shopper, DateTimeOffset time, string data) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$$"""{"source":"profiles","type":"row","entity":{"shopper_id":{{{shopper}}}},"time":"{{{time:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","data":{{{{data}}}}}""");
}
