using System.Text.Json;
using Contracts;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Trainer.Pipelines;

namespace Trainer.Tests.Pipelines;

/// <summary>
/// The shipped pipelines on the shipped samples. Ranges are what the data is known to allow: far above is a leak, far below a bug.
/// </summary>
public sealed class TrainingRunTests
{
    [Fact]
    public void Churn_is_predicted_as_well_as_the_data_allows()
    {
        var trained = Train("telco-churn");
        Assert.InRange(trained.Report.Auc, 0.82, 0.87);
        Assert.InRange(trained.Report.PrAuc, 0.60, 0.72);
        Assert.InRange(trained.Report.F1, 0.57, 0.68);
        Assert.InRange(trained.Report.Calibration.ExpectedError, 0, 0.05);
        Assert.InRange(trained.WorstParityDifference, 0, 1e-5);
    }

    [Fact]
    public void Key_opinion_consumers_are_predicted_as_well_as_three_inputs_allow()
    {
        var trained = Train("koc-potential");
        Assert.InRange(trained.Report.Auc, 0.91, 0.97);
        Assert.InRange(trained.Report.PrAuc, 0.50, 0.85);
        Assert.InRange(trained.Report.Calibration.ExpectedError, 0, 0.05);
        Assert.Equal(["consumption_amount", "share_count", "social_interaction_score"], trained.Manifest.Features.Select(f => f.Name));
        Assert.All(trained.Manifest.Features, f => Assert.Equal(("double", f.Name, 0), (f.Type, f.Input, f.Column)));
    }

    [Fact]
    public void An_active_member_is_a_high_potential_and_a_silent_one_a_low()
    {
        var trained = Train("koc-potential");
        using var session = new InferenceSession(trained.Graph.ToByteArray());
        float Score(float amount, float shares, float interaction)
        {
            using var outputs = session.Run(
            [
                NamedOnnxValue.CreateFromTensor("consumption_amount", new DenseTensor<float>(new[] { amount }, [1, 1])),
                NamedOnnxValue.CreateFromTensor("share_count", new DenseTensor<float>(new[] { shares }, [1, 1])),
                NamedOnnxValue.CreateFromTensor("social_interaction_score", new DenseTensor<float>(new[] { interaction }, [1, 1])),
            ]);
            return outputs[0].AsTensor<float>().Single();
        }
        var levels = trained.Manifest.Outputs.Single().Levels;
        string Level(float score) => levels.First(band => band.Min is null || score >= band.Min).Name;
        Assert.Equal("high", Level(Score(500, 10, 0.8f)));
        Assert.Equal("low", Level(Score(0, 0, 0)));
        Assert.True(Score(500, 12, 0.9f) >= Score(500, 10, 0.8f));
    }

    [Fact]
    public void Total_charges_alone_may_be_left_out_and_golden_rows_cover_it()
    {
        var manifest = Train("telco-churn").Manifest;
        var charges = manifest.Features.Single(f => f.Name == "total_charges");
        Assert.Equal(JsonValueKind.Null, charges.Default!.Value.ValueKind);
        Assert.All(manifest.Features.Where(f => f != charges), f => Assert.Null(f.Default));
        var golden = manifest.GoldenRows!;
        Assert.Contains("NaN", golden.Inputs.Single(i => i.Name == "total_charges").Data.EnumerateArray().Select(v => v.ToString()));
        Assert.All(golden.Outputs.Single().Data.EnumerateArray(), v => Assert.InRange(v.GetDouble(), 0, 1));
    }

    [Fact]
    public void The_manifest_says_what_a_reader_needs_and_survives_its_own_JSON()
    {
        var trained = Train("telco-churn");
        var json = JsonSerializer.Serialize(trained.Manifest, ContractsJsonContext.Default.ModelManifest);
        var manifest = JsonSerializer.Deserialize(json, ContractsJsonContext.Default.ModelManifest)!;
        Assert.Equal(JsonValueKind.Null, manifest.Features.Single(f => f.Name == "total_charges").Default!.Value.ValueKind);
        Assert.Equal("telco-churn/wa_churn.csv", manifest.Origin!.Dataset);
        Assert.Equal("d4323faeaab5cd2826e22eab230ec489d9e210f56ac5505750fb4721fa230ef3", manifest.Origin.DatasetSha256);
        Assert.Equal((1L, 4225L), (manifest.Origin.Seed, manifest.Origin.TrainingRows));
        Assert.Equal("binary", manifest.Origin.Parameters["objective"]);
        Assert.Equal(trained.Report.Auc, manifest.Metrics["auc"]);
        Assert.Equal(("churn_probability", "probability"), (manifest.Outputs.Single().Name, manifest.Outputs.Single().Output));
        Assert.Equal(["high", "medium", "low"], manifest.Outputs.Single().Levels.Select(l => l.Name));
        Assert.Equal(trained.Graph.Graph.Input.Select(i => i.Name), manifest.Features.Select(f => f.Input));
        Assert.All(manifest.GoldenRows!.Inputs, i => Assert.Equal([16, 1], i.Shape));
        Assert.All(manifest.GoldenRows.Inputs, i => Assert.Equal(16, i.Data.GetArrayLength()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_does_not()
    {
        var first = Train("koc-potential").Graph.ToByteArray();
        Assert.Equal(first, Train("koc-potential").Graph.ToByteArray());
        Assert.NotEqual(first, Train("koc-potential", seed: 2).Graph.ToByteArray());
    }

    private static TrainedModel Train(string pipeline, int? seed = null) =>
        new TrainingRun(new PipelineCatalog(Repository.Pipelines).Load(pipeline), Repository.Samples, seed, TimeProvider.System).Execute();
}
