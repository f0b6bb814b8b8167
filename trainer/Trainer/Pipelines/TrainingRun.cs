using System.Globalization;
using System.Text.Json;
using Contracts;
using Trainer.Data;
using Trainer.Evaluation;
using Trainer.Export;
using Trainer.Learners;

namespace Trainer.Pipelines;

/// <summary>
/// One run of a pipeline: data, split, fit, evaluation, export, proof. The same files, definition and seed give the same graph.
/// </summary>
internal sealed class TrainingRun(PipelineDefinition pipeline, string samplesFolder, int? seed, TimeProvider clock)
{
    private readonly int _seed = seed ?? pipeline.Learner.Seed;

    public TrainedModel Execute()
    {
        var set = new TrainingSetBuilder(pipeline, samplesFolder).Build();
        var split = DatasetSplit.Stratified(set.Labels, pipeline.Split.Validation, pipeline.Split.HeldOut, pipeline.Split.Seed);
        var training = set.Features.Select(split.Training);
        var encoding = FeatureEncoding.Fit(training);
        LabeledMatrix Encode(IReadOnlyList<int> rows) =>
            new(encoding.Encode(set.Features.Select(rows)), [.. rows.Select(r => set.Labels[r])]);

        var validation = Encode(split.Validation);
        var heldOut = Encode(split.HeldOut);
        var settings = ToSettings(encoding);
        using var trees = BoostedTreesLearner.Fit(Encode(split.Training), validation, settings);

        var threshold = ThresholdMetrics.BestF1Threshold(validation.Labels, trees.Predict(validation.Features));
        var report = EvaluationReport.Of(heldOut.Labels, trees.Predict(heldOut.Features), threshold);

        var model = TreeModelParser.Parse(trees.Text);
        var graph = new OnnxGraphWriter(model, encoding)
            .Write(pipeline.Name, pipeline.Description, [.. pipeline.Features.Select(f => f.Description)]);
        var rows = new ParityRows(model, encoding, _seed).Build(set.Features.Select(split.HeldOut), ParityCheck.RowCount);
        var parity = ParityCheck.Run(graph, rows, trees.Predict(encoding.Encode(rows)));

        var output = graph.Graph.Output[0].Name;
        var manifest = ManifestWriter.Write(pipeline, output);
        manifest.GoldenRows = GoldenRowWriter.Write(rows, output, parity.Outputs);
        manifest.Metrics = report.ToMetrics();
        manifest.Origin = DescribeOrigin(set, split, settings, trees.Rounds);
        return new TrainedModel(graph, manifest, report, trees.Rounds, parity.WorstDifference);
    }

    private BoostedTreesSettings ToSettings(FeatureEncoding encoding)
    {
        var parameters = pipeline.Learner.Parameters.ToDictionary(p => p.Key, p => ToText(p.Value));
        parameters.Add("objective", "binary");
        if (pipeline.Features.Any(f => f.Monotone is not null))
        {
            parameters.Add("monotone_constraints", string.Join(',', pipeline.Features.Select(Direction)));
        }
        return new BoostedTreesSettings
        {
            FeatureNames = [.. encoding.Features.Select(f => f.Name)],
            CategoryColumns = [.. encoding.CategoryColumns],
            Parameters = parameters,
            Rounds = pipeline.Learner.Rounds,
            EarlyStoppingRounds = pipeline.Learner.EarlyStoppingRounds,
            Seed = _seed,
        };
    }

    private static string ToText(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static int Direction(PipelineFeature feature) => feature.Monotone switch
    {
        PipelineFeature.Increasing => 1,
        PipelineFeature.Decreasing => -1,
        _ => 0,
    };

    private ModelOrigin DescribeOrigin(TrainingSet set, DatasetSplit split, BoostedTreesSettings settings, int rounds)
    {
        var origin = new ModelOrigin
        {
            Producer = $"{TrainerVersion.Producer} {TrainerVersion.Number}",
            Commit = TrainerVersion.Commit,
            Dataset = set.Source,
            DatasetSha256 = set.Sha256,
            TrainingRows = split.Training.Count,
            Seed = _seed,
            TrainedAt = clock.GetUtcNow(),
            Parameters = new Dictionary<string, string>(settings.Parameters)
            {
                ["rounds"] = rounds.ToString(CultureInfo.InvariantCulture),
                ["early_stopping_rounds"] = settings.EarlyStoppingRounds.ToString(CultureInfo.InvariantCulture),
                ["split_seed"] = pipeline.Split.Seed.ToString(CultureInfo.InvariantCulture),
                ["split_validation"] = pipeline.Split.Validation.ToString(CultureInfo.InvariantCulture),
                ["split_held_out"] = pipeline.Split.HeldOut.ToString(CultureInfo.InvariantCulture),
            },
        };
        return origin;
    }
}
