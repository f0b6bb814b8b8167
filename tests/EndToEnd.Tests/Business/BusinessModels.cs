using System.Security.Cryptography;
using System.Text.Json;
using Contracts;
using EndToEnd.Tests.Models;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Business;

/// <summary>Models with business names around them, whose scores a test can work out by itself.</summary>
internal static class BusinessModels
{
    public const string Koc = "koc-potential", Visit = "visit";

    private static readonly float[] KocWeights = [0.004f, 0.2f, 2];
    private const float KocBias = -4;

    /// <summary>Three numbers to one probability with levels. social_interaction_score has the default 0.5; the other two must be sent.</summary>
    /// <param name="bias">Shifts every score: versions that a caller can tell apart.</param>
    /// <param name="service">What fills the features of an entity; null where all are sent.</param>
    public static (string Name, byte[] Content)[] KocPotential(long version, float bias = 0, ManifestFeatureService? service = null)
    {
        string[] names = ["consumption_amount", "share_count", "social_interaction_score"];
        var graph = new GraphBuilder("koc").Output("probability", DataType.Float, -1, 1);
        foreach (var name in names) graph.Input(name, DataType.Float, -1, 1);
        var onnx = graph
            .Node("Concat", names, ["row"], GraphBuilder.Attribute("axis", 1))
            .Constant("weights", DataType.Float, [3, 1], KocWeights)
            .Constant("bias", DataType.Float, [1], [KocBias + bias])
            .Node("Gemm", ["row", "weights", "bias"], ["logit"])
            .Node("Sigmoid", ["logit"], ["probability"])
            .Model();
        return WithManifest(onnx, new ModelManifest
        {
            Model = Koc,
            Version = version,
            Description = "How likely a member is a key opinion consumer.",
            FeatureService = service,
            Features = [.. names.Select(n => new ManifestFeature { Name = n, Type = "double", Input = n, Default = n == names[2] ? Json("0.5") : null })],
            Outputs =
            [
                new ManifestOutput
                {
                    Name = "koc_potential",
                    Output = "probability",
                    Levels = [new LevelBand { Name = "high", Min = 0.7 }, new LevelBand { Name = "medium", Min = 0.3 }, new LevelBand { Name = "low" }],
                },
            ],
        });
    }

    public static double KocScore(double amount, double shares, double score = 0.5, double bias = 0) =>
        1 / (1 + Math.Exp(-(KocBias + bias + (KocWeights[0] * amount) + (KocWeights[1] * shares) + (KocWeights[2] * score))));

    /// <summary>A feature of each type; every one comes back, and the index is the sum of all of them.</summary>
    public static (string Name, byte[] Content)[] VisitIndex()
    {
        var onnx = new GraphBuilder("visit")
            .Input("visits", DataType.Int64, -1, 1).Input("member", DataType.Bool, -1, 1).Input("city", DataType.String, -1, 1).Input("spend", DataType.Double, -1, 1)
            .Output("index", DataType.Double, -1, 1).Output("visits_seen", DataType.Int64, -1, 1).Output("member_seen", DataType.Bool, -1, 1).Output("city_seen", DataType.String, -1, 1)
            .Ordinals("city", "city_ordinal", ["北京", "上海"])
            .Node("Cast", ["city_ordinal"], ["city_number"], GraphBuilder.Attribute("to", (long)DataType.Double))
            .Node("Cast", ["visits"], ["visits_number"], GraphBuilder.Attribute("to", (long)DataType.Double))
            .Node("Cast", ["member"], ["member_number"], GraphBuilder.Attribute("to", (long)DataType.Double))
            .Constant("ten", DataType.Double, [1], [10.0]).Constant("hundred", DataType.Double, [1], [100.0])
            .Node("Mul", ["member_number", "ten"], ["member_part"])
            .Node("Mul", ["city_number", "hundred"], ["city_part"])
            .Node("Sum", ["visits_number", "member_part", "city_part", "spend"], ["index"])
            .Node("Identity", ["visits"], ["visits_seen"]).Node("Identity", ["member"], ["member_seen"]).Node("Identity", ["city"], ["city_seen"])
            .Model();
        return WithManifest(onnx, new ModelManifest
        {
            Model = Visit,
            Version = 1,
            Features =
            [
                new ManifestFeature { Name = "visits", Type = "int64", Input = "visits", Default = Json("3") },
                new ManifestFeature { Name = "member", Type = "bool", Input = "member", Description = "Whether the visitor has a card." },
                new ManifestFeature { Name = "city", Type = "string", Input = "city", Default = Json("\"北京\"") },
                new ManifestFeature { Name = "spend", Type = "double", Input = "spend", Default = Json("null") },
            ],
            Outputs =
            [
                new ManifestOutput { Name = "index", Output = "index" },
                new ManifestOutput { Name = "visits", Output = "visits_seen" },
                new ManifestOutput { Name = "member", Output = "member_seen" },
                new ManifestOutput { Name = "city", Output = "city_seen" },
            ],
        });
    }

    private static (string Name, byte[] Content)[] WithManifest(byte[] onnx, ModelManifest manifest)
    {
        manifest.Files = [new ManifestFile { Path = "model.onnx", Sha256 = Convert.ToHexStringLower(SHA256.HashData(onnx)), Bytes = onnx.Length }];
        return [("model.onnx", onnx), (ModelManifest.FileName, JsonSerializer.SerializeToUtf8Bytes(manifest, ContractsJsonContext.Default.ModelManifest))];
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();
}
