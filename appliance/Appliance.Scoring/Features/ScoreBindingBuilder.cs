using Appliance.Inference.Tensors;
using Contracts;

namespace Appliance.Scoring.Features;

/// <summary>The output half of a binding: checks a manifest's outputs against a signature and compiles the scores. Used once.</summary>
internal sealed class ScoreBindingBuilder(ModelManifest? manifest, ModelSignature signature, List<string> errors)
{
    /// <summary>The member of an answer that holds a row's level, so no score may have its name.</summary>
    public const string LevelName = "level";

    /// <summary>The member of an answer that says where the row's features came from: the same.</summary>
    public const string FeaturesName = "features";

    // Without a manifest every column of an output is a score; more of them than this is no tabular answer.
    private const int MaxUnnamedScores = 1024;

    private readonly List<BoundScore> _scores = [];
    private readonly List<TensorSpec> _outputs = [];

    public BoundScore[] Scores => [.. _scores];
    public TensorSpec[] Outputs => [.. _outputs];

    /// <summary>Why the outputs cannot be named; null when they can.</summary>
    public string? Build()
    {
        if (manifest is not { Outputs.Count: > 0 }) return BindTensors();
        for (var i = 0; i < manifest.Outputs.Count; i++) BindOutput(manifest.Outputs[i], $"{ModelManifest.FileName}: outputs[{i}]");
        return null;
    }

    private void BindOutput(ManifestOutput output, string place)
    {
        if (output.Name.Length == 0) errors.Add($"{place}.name is empty; it must name the score");
        if (output.Name == LevelName) errors.Add($"{place}.name is '{LevelName}', which answers use for the band of the score");
        if (output.Name == FeaturesName) errors.Add($"{place}.name is '{FeaturesName}', which answers use for where the row's values came from");
        if (_scores.Exists(s => s.Name == output.Name)) errors.Add($"{place}.name is '{output.Name}', which an earlier output has already");
        var spec = Array.Find(signature.Outputs, s => s.Name == output.Output);
        if (spec is null)
        {
            errors.Add($"{place}.output is '{output.Output}'; the model's outputs are {FeatureBindingBuilder.Names(signature.Outputs)}");
            return;
        }
        if (FeatureBindingBuilder.Columns(spec) is not { } columns)
        {
            errors.Add($"{place}.output is '{spec.Name}', whose rows have no fixed number of values");
        }
        else if (output.Column < 0 || output.Column >= columns)
        {
            errors.Add($"{place}.column is {output.Column}; it must be 0 to {columns - 1} for output '{spec.Name}'");
        }
        var bands = BindBands(output, spec, place);
        _scores.Add(new BoundScore(output.Name, spec, SlotOf(spec), output.Column) { Bands = bands, Description = output.Description });
    }

    private ScoreBand[] BindBands(ManifestOutput output, TensorSpec spec, string place)
    {
        if (output.Levels.Count > 0 && spec.Datatype == Datatype.Bytes)
        {
            errors.Add($"{place}.levels are given for output '{spec.Name}' of BYTES; only a number has levels");
        }
        var bands = new List<ScoreBand>();
        for (var i = 0; i < output.Levels.Count; i++)
        {
            var (level, last) = (output.Levels[i], i == output.Levels.Count - 1);
            if (level.Name.Length == 0) errors.Add($"{place}.levels[{i}].name is empty; it must name the band");
            if (level.Min is null && !last) errors.Add($"{place}.levels[{i}].min is absent; only the last band may take the rest");
            if (level.Min is { } min && bands.Count > 0 && !(min < bands[^1].Min))
            {
                errors.Add($"{place}.levels[{i}].min is {min:R}; it must be below {bands[^1].Min:R}, the band before it");
            }
            var from = level.Min ?? double.NegativeInfinity;
            bands.Add(new ScoreBand(level.Name, from, Rounded(from, spec.Datatype)));
        }
        return [.. bands];
    }

    private static double Rounded(double value, Datatype datatype) => datatype switch
    {
        Datatype.FP32 => (float)value,
        Datatype.FP16 => (double)(Half)value,
        _ => value,
    };

    private string? BindTensors()
    {
        foreach (var spec in signature.Outputs)
        {
            if (FeatureBindingBuilder.Columns(spec) is not { } columns || _scores.Count + columns > MaxUnnamedScores)
            {
                return $"output '{spec.Name}' has no fixed or too large a number of values a row; "
                    + $"name the ones to answer in {ModelManifest.FileName}";
            }
            var slot = SlotOf(spec);
            for (var c = 0; c < columns; c++) _scores.Add(new BoundScore(columns == 1 ? spec.Name : $"{spec.Name}[{c}]", spec, slot, c));
        }
        return null;
    }

    private int SlotOf(TensorSpec spec)
    {
        var slot = _outputs.IndexOf(spec);
        if (slot >= 0) return slot;
        _outputs.Add(spec);
        return _outputs.Count - 1;
    }
}
