using System.Text.Json;
using Appliance.Inference.Tensors;
using Contracts;

namespace TestKit;

/// <summary>A small tabular model with a manifest: three numbers in, one probability with levels out.</summary>
public static class KocPotential
{
    public const string Name = "koc-potential";

    public static ModelSignature Signature(int maxBatchSize = 8) => new(
        [Input("consumption_amount"), Input("share_count"), Input("social_interaction_score")],
        [new TensorSpec("probability", Datatype.FP32, [1], batched: true)],
        maxBatchSize);

    /// <summary>social_interaction_score has the default 0.5; the other two must be sent.</summary>
    public static ModelManifest Manifest() => new()
    {
        Model = Name,
        Version = 1,
        Description = "How likely a member is a key opinion consumer.",
        Features =
        [
            new ManifestFeature { Name = "consumption_amount", Type = "double", Input = "consumption_amount", Description = "Money spent." },
            new ManifestFeature { Name = "share_count", Type = "double", Input = "share_count" },
            new ManifestFeature { Name = "social_interaction_score", Type = "double", Input = "social_interaction_score", Default = JsonDocument.Parse("0.5").RootElement },
        ],
        Outputs =
        [
            new ManifestOutput
            {
                Name = "koc_potential",
                Output = "probability",
                Levels = [new LevelBand { Name = "high", Min = 0.7 }, new LevelBand { Name = "medium", Min = 0.3 }, new LevelBand { Name = "low" }],
            },
        ],
    };

    /// <summary>Sigmoid of -4 + 0.004 amount + 0.2 shares + 2 score.</summary>
    public static LinearModelInstance Instance(ModelSignature signature) => new(signature, -4, 0.004, 0.2, 2);

    private static TensorSpec Input(string name) => new(name, Datatype.FP32, [1], batched: true);
}
