using System.Text.Json;
using Appliance.Inference.Tensors;
using Contracts;
using TestKit;

namespace Appliance.Scoring.Tests.Samples;

/// <summary>A model of nearly all features of the sample members, and the definitions of samples/features with a service for it.</summary>
internal static class MemberModel
{
    public const string Name = "everything";

    private static readonly string[] Numbers =
    [
        "consumption_amount", "largest_purchase_30d", "mean_purchase_30d", "last_purchase_amount", "share_count", "activity", "social_interaction_score",
    ];

    private static readonly string[] Wholes = ["visit_30d", "visit_7d", "channels_30d", "tenure_days"];

    public static string Definitions { get; } = File.ReadAllText(Path.Combine(Root(), "samples", "features", "members.json")).Replace(
        "\"featureServices\": [", "\"featureServices\": [ { \"name\": \"everything\", \"features\": [\"member_activity\", \"member_profile\", \"member_social\"] },");

    public static ModelSignature Signature() => SignatureBuilder.Batched(8)
        .Input("x", Datatype.FP32, Numbers.Length).Input("n", Datatype.Int64, Wholes.Length).Input("band", Datatype.Bytes, 1).Output("score", Datatype.FP32, 1).Build();

    public static ModelManifest Manifest() => new()
    {
        Model = Name,
        Version = 1,
        FeatureService = new ManifestFeatureService { Name = Name, Version = 1 },
        Features =
        [
            .. Numbers.Select((name, i) => new ManifestFeature { Name = name, Type = "double", Input = "x", Column = i }),
            .. Wholes.Select((name, i) => new ManifestFeature { Name = name, Type = "int64", Input = "n", Column = i, Default = Json("0") }),
            new ManifestFeature { Name = "age_band", Type = "string", Input = "band", Default = Json("\"?\"") },
        ],
        Outputs = [new ManifestOutput { Name = "score", Output = "score" }],
    };

    public static LinearModelInstance Instance(ModelSignature signature) => new(signature, 0, [.. Enumerable.Repeat(0.01, Numbers.Length + Wholes.Length + 1)]);

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Appliance.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Appliance.sln stands in no folder above the tests.");
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
