using Appliance.Inference.Repository.TextFormat;
using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>A model's configuration as it was written, and where each of its fields stands, so that a refusal can cite it.</summary>
public sealed record ModelConfigSource(ModelConfig Config, string File, FieldPositions Positions)
{
    /// <summary>What stands for a model folder without a configuration file.</summary>
    public static ModelConfigSource Absent => new(new ModelConfig(), ModelConfigReader.FileName, FieldPositions.None);

    /// <summary>True where the text mentions the field, even with its default value.</summary>
    public bool IsSet(string path) => Positions.Contains(path);

    /// <summary>The error of one field, cited where it stands or where the closest field around it does.</summary>
    public RepositoryError Error(string field, object? value, string rule) => At(field, new(File, field, DisplayValue.Of(value), rule));

    /// <summary>The error of one field whose value is not the point.</summary>
    public RepositoryError Error(string field, string rule) => At(field, new(File, field, null, rule));

    private RepositoryError At(string field, RepositoryError error) => Positions.Nearest(field) is { } position
        ? error with { Line = position.Line, Column = position.Column }
        : error;
}
