using System.Text.RegularExpressions;
using Contracts;
using FeatureModel.Windows;

namespace Trainer.Pipelines;

/// <summary>Checks a definition by itself, without its data; reports every error with key, value and rule.</summary>
internal sealed partial class PipelineValidator
{
    private const string NameRule = "it must be lower-case letters, digits and underscores, starting with a letter";

    private readonly List<string> _errors = [];

    private PipelineValidator()
    {
    }

    public static List<string> Validate(PipelineDefinition d)
    {
        var validator = new PipelineValidator();
        validator.Check(d);
        return validator._errors;
    }

    private void Check(PipelineDefinition d)
    {
        Require(
            ModelName().IsMatch(d.Name),
            $"name is '{d.Name}'; it must be lower-case letters, digits and hyphens, starting with a letter.");
        RequireText("table.file", d.Table.File);
        RequireText("label.column", d.Label.Column);
        Require(
            d.Label.Positive != d.Label.Negative,
            $"label.positive and label.negative are both '{d.Label.Positive}'; they must differ.");
        Require(d.Features.Count > 0, "features is empty; at least one is needed.");
        foreach (var name in d.Features.GroupBy(f => f.Name).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            _errors.Add($"features names '{name}' twice; names must be unique.");
        }
        for (var i = 0; i < d.Features.Count; i++) CheckFeature($"features[{i}]", d.Features[i], d.Events);
        if (d.Events is not null) CheckEvents(d.Table, d.Events);
        if (d.FeatureService is not null) CheckFeatureService(d.FeatureService, d.Events);
        CheckSplit(d.Split);
        CheckLearner(d.Learner);
        CheckOutput(d.Output);
        Require(d.Serving.MaxBatchSize is >= 1 and <= 4096, $"serving.maxBatchSize is {d.Serving.MaxBatchSize}; it must be 1 to 4096.");
    }

    private void CheckFeature(string key, PipelineFeature f, PipelineEvents? events)
    {
        Require(FeatureName().IsMatch(f.Name), $"{key}.name is '{f.Name}'; {NameRule}.");
        var isNumber = f.Kind == PipelineFeature.NumberKind;
        Require(isNumber || f.Kind == PipelineFeature.CategoryKind, $"{key}.kind is '{f.Kind}'; it must be number or category.");
        Require(
            f.Monotone is null or PipelineFeature.Increasing or PipelineFeature.Decreasing,
            $"{key}.monotone is '{f.Monotone}'; it must be increasing or decreasing.");
        Require(f.Monotone is null || isNumber, $"{key}.monotone is '{f.Monotone}'; only a number can be monotone.");
        if (f.Aggregate is null) return;
        Require(events is not null, $"{key}.aggregate is given; it needs events.");
        Require(isNumber, $"{key}.aggregate is given and kind is '{f.Kind}'; an aggregate is a number.");
        Require(f.Column is null, $"{key}.aggregate and column are both given; a feature has one source.");
        CheckAggregate($"{key}.aggregate", f.Aggregate);
    }

    private void CheckAggregate(string key, PipelineAggregate a)
    {
        Require(a.Weights.Count > 0, $"{key}.weights is empty; it must name at least one kind of event.");
        foreach (var (kind, weight) in a.Weights) Require(double.IsFinite(weight), $"{key}.weights.{kind} is {weight}; it must be finite.");
        if (a.HalfPoint is not { } half) return;
        Require(half > 0, $"{key}.halfPoint is {half}; it must be above 0.");
        Require(a.Weights.Values.All(w => w >= 0), $"{key}.weights has a value below 0; with a half point all must be 0 or more.");
    }

    private void CheckEvents(PipelineTable table, PipelineEvents events)
    {
        RequireText("table.key", table.Key ?? "");
        RequireText("events.file", events.File);
        RequireText("events.key", events.Key);
        RequireText("events.time", events.Time);
        RequireText("events.kind", events.Kind);
        Require(events.AsOf != default, "events.asOf is missing; it is the end of the window.");
        Require(events.WindowDays >= 1, $"events.windowDays is {events.WindowDays}; it must be 1 or more.");
    }

    // Served windows are whole panes: only where one begins do they hold the same events as those of the days before.
    private void CheckFeatureService(ManifestFeatureService service, PipelineEvents? events)
    {
        RequireText("featureService.name", service.Name);
        Require(service.Version >= 1, $"featureService.version is {service.Version}; it must be 1 or more.");
        if (events is not { WindowDays: >= 1 }) return;
        if (!PaneLength.TryOf(events.WindowDays * TimeSpan.MicrosecondsPerDay, out var pane))
        {
            _errors.Add($"events.windowDays is {events.WindowDays}; with a feature service it must be a window that docs/features/windows.md has panes for.");
            return;
        }
        var micros = (events.AsOf.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var isStart = micros == PaneLength.PaneOf(micros, pane) * pane;
        Require(isStart, $"events.asOf is {events.AsOf:O}; with a feature service it must be where a pane of {TimeSpan.FromMicroseconds(pane)} begins.");
    }

    private void CheckSplit(PipelineSplit split)
    {
        Require(split.Validation is >= 0.05 and <= 0.5, $"split.validation is {split.Validation}; it must be 0.05 to 0.5.");
        Require(split.HeldOut is >= 0.05 and <= 0.5, $"split.heldOut is {split.HeldOut}; it must be 0.05 to 0.5.");
        var left = 1 - split.Validation - split.HeldOut;
        Require(left >= 0.2, $"split leaves {left:P0} to train on; at least 20 % must be left.");
    }

    private void CheckLearner(PipelineLearner learner)
    {
        Require(learner.Seed >= 0, $"learner.seed is {learner.Seed}; it must be 0 or more.");
        Require(learner.Rounds is >= 1 and <= 10_000, $"learner.rounds is {learner.Rounds}; it must be 1 to 10000.");
        var patience = learner.EarlyStoppingRounds;
        Require(patience >= 1, $"learner.earlyStoppingRounds is {patience}; it must be 1 or more.");
    }

    private void CheckOutput(PipelineOutput output)
    {
        Require(FeatureName().IsMatch(output.Name), $"output.name is '{output.Name}'; {NameRule}.");
        var previous = 1.0;
        for (var i = 0; i < output.Levels.Count; i++)
        {
            var key = $"output.levels[{i}]";
            var band = output.Levels[i];
            var isLast = i == output.Levels.Count - 1;
            RequireText($"{key}.name", band.Name);
            Require(isLast == band.Min is null, $"{key}.min is {band.Min?.ToString() ?? "absent"}; the last band, and it alone, has none.");
            if (band.Min is not { } min) continue;
            Require(min > 0 && min < previous, $"{key}.min is {min}; it must be above 0 and below {previous}.");
            previous = min;
        }
    }

    private void RequireText(string key, string value) => Require(value.Length > 0, $"{key} is missing.");

    private void Require(bool holds, string error)
    {
        if (!holds) _errors.Add(error);
    }

    [GeneratedRegex("^[a-z][a-z0-9-]*$")]
    private static partial Regex ModelName();

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex FeatureName();
}
