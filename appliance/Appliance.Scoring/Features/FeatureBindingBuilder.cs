using System.Diagnostics.CodeAnalysis;
using Appliance.Inference.Tensors;
using Contracts;

namespace Appliance.Scoring.Features;

/// <summary>Checks a manifest against a signature, every error of it, and compiles the binding. Used once.</summary>
internal sealed class FeatureBindingBuilder(ModelManifest? manifest, ModelSignature signature)
{
    private readonly List<string> _errors = [];
    private readonly List<BoundFeature> _features = [];

    public bool TryBuild([NotNullWhen(true)] out FeatureBinding? binding, out IReadOnlyList<string> errors)
    {
        errors = _errors;
        var scores = new ScoreBindingBuilder(manifest, signature, _errors);
        var refusal = manifest is { Features.Count: > 0 } ? BindManifest(manifest.Features) : BindTensors();
        refusal ??= scores.Build();
        if (_errors.Count > 0)
        {
            binding = null;
            return false;
        }
        var maxRows = Math.Max(1, signature.MaxBatchSize);
        binding = refusal is not null
            ? new FeatureBinding(refusal)
            : new FeatureBinding([.. _features], BindInputs(), scores.Scores, scores.Outputs, maxRows, manifest?.Description);
        return true;
    }

    private string? BindManifest(List<ManifestFeature> features)
    {
        for (var i = 0; i < features.Count; i++) BindFeature(features[i], $"{ModelManifest.FileName}: features[{i}]");
        if (_errors.Count == 0) CheckCoverage();
        return null;
    }

    private void BindFeature(ManifestFeature feature, string place)
    {
        if (feature.Name.Length == 0)
        {
            _errors.Add($"{place}.name is empty; it must name the feature");
            return;
        }
        if (_features.Exists(f => f.Name == feature.Name))
        {
            _errors.Add($"{place}.name is '{feature.Name}', which an earlier feature has already");
        }
        if (!FeatureTypes.TryParse(feature.Type, out var type))
        {
            _errors.Add($"{place}.type is '{feature.Type}'; it must be one of {FeatureTypes.AllNames}");
            return;
        }
        var at = Array.FindIndex(signature.Inputs, s => s.Name == feature.Input);
        if (at < 0)
        {
            _errors.Add($"{place}.input is '{feature.Input}'; the model's inputs are {Names(signature.Inputs)}");
            return;
        }
        var spec = signature.Inputs[at];
        if (Columns(spec) is not { } columns) _errors.Add($"{place}.input is '{spec.Name}', whose rows have no fixed number of values");
        else if (feature.Column < 0 || feature.Column >= columns)
        {
            _errors.Add($"{place}.column is {feature.Column}; it must be 0 to {columns - 1} for input '{spec.Name}'");
        }
        else if (!type.Fits(spec.Datatype))
        {
            _errors.Add($"{place}.type is '{feature.Type}', which input '{spec.Name}' of {spec.Datatype.Name()} does not take");
        }
        else Add(new BoundFeature(feature.Name, type, spec, at, feature.Column) { Description = feature.Description }, feature, place);
    }

    private void Add(BoundFeature bound, ManifestFeature feature, string place)
    {
        var rival = _features.Find(f => f.InputIndex == bound.InputIndex && f.Column == bound.Column);
        if (rival is not null)
        {
            _errors.Add($"{place}: '{bound.Name}' and '{rival.Name}' both feed input '{feature.Input}' column {bound.Column}");
        }
        if (feature.Default is { } value)
        {
            var outcome = bound.SetDefault(value);
            if (outcome == CellOutcome.WrongKind) _errors.Add($"{place}.default is {value.GetRawText()}; it must be {bound.Type.Noun()}");
            if (outcome == CellOutcome.OutOfRange) _errors.Add($"{place}.default is {value.GetRawText()}; it must be {bound.Range}");
        }
        _features.Add(bound);
    }

    // An optional input is either fed whole or left to the graph's own default.
    private void CheckCoverage()
    {
        for (var i = 0; i < signature.Inputs.Length; i++)
        {
            var spec = signature.Inputs[i];
            var fed = _features.Where(f => f.InputIndex == i).Select(f => f.Column).ToHashSet();
            if (spec.Optional && fed.Count == 0) continue;
            if (Columns(spec) is not { } columns)
            {
                _errors.Add($"{ModelManifest.FileName}: input '{spec.Name}' is fed by no feature");
                continue;
            }
            var missing = Enumerable.Range(0, columns).Where(c => !fed.Contains(c)).ToList();
            if (missing.Count > 0)
            {
                _errors.Add($"{ModelManifest.FileName}: input '{spec.Name}' column {string.Join(", ", missing.Take(10))} is fed by no feature");
            }
        }
    }

    /// <summary>Every required input that holds one value a row is a feature of its own name.</summary>
    private string? BindTensors()
    {
        for (var i = 0; i < signature.Inputs.Length; i++)
        {
            var spec = signature.Inputs[i];
            if (spec.Optional) continue;
            if (Columns(spec) != 1)
            {
                var values = Columns(spec) is { } columns ? $"{columns} values" : "no fixed number of values";
                return $"input '{spec.Name}' takes {values} a row and has no named features; describe them in {ModelManifest.FileName}";
            }
            _features.Add(new BoundFeature(spec.Name, FeatureTypes.Of(spec.Datatype), spec, i, 0));
        }
        return null;
    }

    private BoundInput[] BindInputs() =>
    [
        .. _features.Select((f, i) => (f, i)).GroupBy(p => p.f.InputIndex).OrderBy(g => g.Key)
            .Select(g => new BoundInput(signature.Inputs[g.Key], [.. g.OrderBy(p => p.f.Column).Select(p => p.i)])),
    ];

    /// <summary>Values in a row of a tensor; null when that depends on the request. A tensor without a batch dimension is one row.</summary>
    internal static int? Columns(TensorSpec spec) => spec.RowElements is >= 0 and <= int.MaxValue ? (int)spec.RowElements : null;

    internal static string Names(TensorSpec[] specs) => string.Join(", ", specs.Select(s => $"'{s.Name}'"));
}
