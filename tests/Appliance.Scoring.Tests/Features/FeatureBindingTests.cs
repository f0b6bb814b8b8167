using System.Text.Json;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Features;
using Contracts;
using TestKit;

namespace Appliance.Scoring.Tests.Features;

public sealed class FeatureBindingTests
{
    private static readonly ModelSignature TwoInputs = new(
        [new TensorSpec("numbers", Datatype.FP32, [3], true), new TensorSpec("city", Datatype.Bytes, [1], true)],
        [new TensorSpec("probabilities", Datatype.FP32, [2], true)],
        16);

    [Fact]
    public void A_manifest_binds_features_in_its_order_and_inputs_in_the_signatures_order()
    {
        var binding = Create(TwoInputs, Manifest());
        Assert.Equal(["city", "c", "a", "b"], binding.Features.Select(f => f.Name));
        Assert.Equal(["numbers", "city"], binding.Inputs.Select(i => i.Spec.Name));
        Assert.Equal([2, 3, 1], binding.Inputs[0].FeatureAt);
        Assert.Equal(16, binding.MaxRows);
        Assert.Null(binding.Refusal);
    }

    [Fact]
    public void Names_are_found_at_the_guess_and_away_from_it()
    {
        var binding = Create(TwoInputs, Manifest());
        for (var i = 0; i < binding.Features.Length; i++)
        {
            for (var guess = -1; guess <= binding.Features.Length; guess++) Assert.Equal(i, binding.Find(binding.Features[i].Utf8Name, guess));
        }
        Assert.Equal(-1, binding.Find("cit"u8, 0));
        Assert.Equal(-1, binding.Find("cityy"u8, 0));
        Assert.Equal(-1, binding.Find(""u8, 0));
    }

    public static TheoryData<string, Action<ModelManifest>> Faults => new()
    {
        { "features[0].name is empty", m => m.Features[0].Name = "" },
        { "features[3].name is 'a', which an earlier feature has already", m => m.Features[3].Name = "a" },
        { "features[1].type is 'float'; it must be one of double, int64, bool, string", m => m.Features[1].Type = "float" },
        { "features[1].input is 'nombers'; the model's inputs are 'numbers', 'city'", m => m.Features[1].Input = "nombers" },
        { "features[1].column is 3; it must be 0 to 2 for input 'numbers'", m => m.Features[1].Column = 3 },
        { "features[1].column is -1; it must be 0 to 2 for input 'numbers'", m => m.Features[1].Column = -1 },
        { "features[0].type is 'double', which input 'city' of BYTES does not take", m => m.Features[0].Type = "double" },
        { "features[1].type is 'string', which input 'numbers' of FP32 does not take", m => m.Features[1].Type = "string" },
        { "features[2]: 'a' and 'c' both feed input 'numbers' column 2", m => m.Features[2].Column = 2 },
        { "input 'numbers' column 1 is fed by no feature", m => m.Features.RemoveAt(3) },
        { "input 'city' column 0 is fed by no feature", m => m.Features.RemoveAt(0) },
        { "features[1].default is \"x\"; it must be a number", m => m.Features[1].Default = Json("\"x\"") },
        { "features[1].default is 1e39; it must be between -3.4028234663852886E+38 and 3.4028234663852886E+38", m => m.Features[1].Default = Json("1e39") },
        { "features[0].default is null; it must be a string", m => m.Features[0].Default = Json("null") },
        { "features[1].default is 1.5; it must be a whole number", m => (m.Features[1].Type, m.Features[1].Default) = ("int64", Json("1.5")) },
        { "outputs[0].name is empty", m => m.Outputs[0].Name = "" },
        { "outputs[0].name is 'level'", m => m.Outputs[0].Name = "level" },
        { "outputs[1].name is 'risk', which an earlier output has already", m => m.Outputs.Add(new ManifestOutput { Name = "risk", Output = "probabilities" }) },
        { "outputs[0].output is 'p'; the model's outputs are 'probabilities'", m => m.Outputs[0].Output = "p" },
        { "outputs[0].column is 2; it must be 0 to 1 for output 'probabilities'", m => m.Outputs[0].Column = 2 },
        { "outputs[0].levels[0].min is absent; only the last band may take the rest", m => m.Outputs[0].Levels[0].Min = null },
        { "outputs[0].levels[1].min is 0.9; it must be below 0.5", m => m.Outputs[0].Levels[1].Min = 0.9 },
        { "outputs[0].levels[1].name is empty", m => m.Outputs[0].Levels[1].Name = "" },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void A_manifest_that_contradicts_the_signature_is_refused_with_the_place_and_the_rule(string error, Action<ModelManifest> fault)
    {
        var manifest = Manifest();
        fault(manifest);
        Assert.False(FeatureBinding.TryCreate(manifest, TwoInputs, out _, out var errors));
        Assert.Contains(errors, e => e.StartsWith("manifest.json: " + error, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_error_of_a_manifest_is_reported()
    {
        var manifest = Manifest();
        manifest.Features[0].Type = "text";
        manifest.Features[1].Column = 9;
        manifest.Outputs[0].Output = "p";
        Assert.False(FeatureBinding.TryCreate(manifest, TwoInputs, out _, out var errors));
        Assert.Equal(3, errors.Count);
    }

    [Fact]
    public void Without_a_manifest_every_single_column_input_is_a_required_feature_of_its_own_name()
    {
        var signature = new ModelSignature(
            [new TensorSpec("age", Datatype.Int64, [1], true), new TensorSpec("spend", Datatype.FP64, [], true), new TensorSpec("vip", Datatype.Bool, [1], true), new TensorSpec("city", Datatype.Bytes, [1], true)],
            [new TensorSpec("label", Datatype.Int64, [], true), new TensorSpec("probabilities", Datatype.FP32, [2], true)],
            4);
        var binding = Create(signature, null);
        Assert.Equal([("age", FeatureType.Int64), ("spend", FeatureType.Double), ("vip", FeatureType.Bool), ("city", FeatureType.String)], binding.Features.Select(f => (f.Name, f.Type)));
        Assert.All(binding.Features, f => Assert.True(f.Required));
        Assert.Equal(["label", "probabilities[0]", "probabilities[1]"], binding.Scores.Select(s => s.Name));
        Assert.Equal(-1, binding.LevelScore);
    }

    [Fact]
    public void A_manifest_without_features_names_only_the_outputs()
    {
        var binding = Create(KocPotential.Signature(), new ModelManifest { Outputs = [new ManifestOutput { Name = "score", Output = "probability" }] });
        Assert.Equal(3, binding.Features.Length);
        Assert.Equal("score", Assert.Single(binding.Scores).Name);
    }

    [Fact]
    public void A_model_with_wide_unnamed_inputs_is_served_but_not_by_name()
    {
        var binding = Create(new ModelSignature([new TensorSpec("x", Datatype.FP32, [64], true)], [new TensorSpec("y", Datatype.FP32, [1], true)], 8), null);
        Assert.Equal("input 'x' takes 64 values a row and has no named features; describe them in manifest.json", binding.Refusal);
    }

    [Fact]
    public void A_model_with_dynamic_unnamed_inputs_or_outputs_is_served_but_not_by_name()
    {
        var input = Create(new ModelSignature([new TensorSpec("x", Datatype.FP32, [-1], true)], [], 8), null);
        Assert.Contains("no fixed number of values", input.Refusal);
        var output = Create(new ModelSignature([new TensorSpec("x", Datatype.FP32, [1], true)], [new TensorSpec("y", Datatype.FP32, [-1], true)], 8), null);
        Assert.Contains("output 'y'", output.Refusal);
    }

    [Fact]
    public void An_optional_input_may_be_left_to_the_graph()
    {
        var signature = new ModelSignature(
            [new TensorSpec("x", Datatype.FP32, [1], true), new TensorSpec("temperature", Datatype.FP32, [1], false, optional: true)],
            [new TensorSpec("y", Datatype.FP32, [1], true)], 8);
        Assert.Equal("x", Assert.Single(Create(signature, null).Features).Name);
        Assert.Single(Create(signature, new ModelManifest { Features = [new ManifestFeature { Name = "a", Input = "x" }] }).Inputs);
    }

    [Fact]
    public void A_default_of_null_is_kept_apart_from_no_default()
    {
        var text = """{"features":[{"name":"a","input":"numbers","default":null},{"name":"b","input":"numbers","column":1}]}""";
        var manifest = JsonSerializer.Deserialize(text, ContractsJsonContext.Default.ModelManifest)!;
        Assert.Equal(JsonValueKind.Null, manifest.Features[0].Default!.Value.ValueKind);
        Assert.Null(manifest.Features[1].Default);
        var again = JsonSerializer.Serialize(manifest, ContractsJsonContext.Default.ModelManifest);
        Assert.Equal(1, again.Split("\"default\": null").Length - 1);
    }

    [Fact]
    public void Bands_are_compared_in_the_outputs_own_precision()
    {
        var score = Create(KocPotential.Signature(), KocPotential.Manifest()).Scores[0];
        Assert.Equal("high", score.BandOf(0.7f)?.Name);
        Assert.Equal("medium", score.BandOf(MathF.BitDecrement(0.7f))?.Name);
        Assert.Equal("medium", score.BandOf(0.3f)?.Name);
        Assert.Equal("low", score.BandOf(double.NegativeInfinity)?.Name);
        Assert.Null(score.BandOf(double.NaN));
    }

    [Fact]
    public void A_score_below_the_last_band_has_no_level()
    {
        var manifest = Manifest();
        manifest.Outputs[0].Levels[1].Min = 0.1;
        Assert.Null(Create(TwoInputs, manifest).Scores[0].BandOf(0.05));
    }

    private static FeatureBinding Create(ModelSignature signature, ModelManifest? manifest)
    {
        Assert.True(FeatureBinding.TryCreate(manifest, signature, out var binding, out var errors), string.Join("\n", errors));
        return binding;
    }

    private static ModelManifest Manifest() => new()
    {
        Features =
        [
            new ManifestFeature { Name = "city", Type = "string", Input = "city" },
            new ManifestFeature { Name = "c", Input = "numbers", Column = 2 },
            new ManifestFeature { Name = "a", Input = "numbers", Column = 0 },
            new ManifestFeature { Name = "b", Input = "numbers", Column = 1 },
        ],
        Outputs = [new ManifestOutput { Name = "risk", Output = "probabilities", Column = 1, Levels = [new LevelBand { Name = "high", Min = 0.5 }, new LevelBand { Name = "low" }] }],
    };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
