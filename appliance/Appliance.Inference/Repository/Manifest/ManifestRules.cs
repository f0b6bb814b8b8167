using System.Text.Json;
using Contracts;

namespace Appliance.Inference.Repository.Manifest;

/// <summary>What a manifest's features, outputs and files must be like. Pure.</summary>
internal static class ManifestRules
{
    private static readonly string[] FeatureTypes = ["double", "int64", "bool", "string"];

    public static void Features(ModelManifest manifest, ManifestErrors errors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<(string, int)> places = [];
        foreach (var (field, feature) in errors.Each("features", manifest.Features))
        {
            errors.Name(names, $"{field}.name", feature.Name);
            errors.Require(!string.IsNullOrEmpty(feature.Input), $"{field}.input", feature.Input, "it must name an input of the graph");
            errors.Require(feature.Column >= 0, $"{field}.column", feature.Column, "a column is at least 0");
            errors.Require(places.Add((feature.Input ?? "", feature.Column)), $"{field}.column", feature.Column,
                $"another feature goes to this column of {DisplayValue.Of(feature.Input)}");
            if (errors.Require(FeatureTypes.Contains(feature.Type), $"{field}.type", feature.Type,
                $"it must be one of {string.Join(", ", FeatureTypes)}")
                && feature.Default is { } value)
            {
                errors.Require(Fits(feature.Type, value), $"{field}.default", value.GetRawText(), $"it is no {feature.Type}");
            }
        }
    }

    public static void Outputs(ModelManifest manifest, ManifestErrors errors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var (field, output) in errors.Each("outputs", manifest.Outputs))
        {
            errors.Name(names, $"{field}.name", output.Name);
            errors.Require(!string.IsNullOrEmpty(output.Output), $"{field}.output", output.Output, "it must name an output of the graph");
            errors.Require(output.Column >= 0, $"{field}.column", output.Column, "a column is at least 0");
            Levels($"{field}.levels", output, errors);
        }
    }

    public static void Files(ModelManifest manifest, ManifestErrors errors)
    {
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (var (field, file) in errors.Each("files", manifest.Files))
        {
            errors.Name(paths, $"{field}.path", file.Path);
            if (!string.IsNullOrEmpty(file.Path) && RepositoryPath.ProblemOf(file.Path) is { } problem)
            {
                errors.Require(false, $"{field}.path", file.Path, problem);
            }
            errors.Require(file.Path != ModelManifest.FileName, $"{field}.path", file.Path, "the manifest does not list itself");
            errors.Require(file.Sha256 is { Length: 64 } sum && sum.All(char.IsAsciiHexDigitLower), $"{field}.sha256", file.Sha256,
                "it must be 64 lower-case hexadecimal digits");
            errors.Require(file.Bytes >= 0, $"{field}.bytes", file.Bytes, "it must be at least 0");
        }
    }

    private static void Levels(string field, ManifestOutput output, ManifestErrors errors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        var above = double.PositiveInfinity;
        foreach (var (bandField, band) in errors.Each(field, output.Levels))
        {
            errors.Name(names, $"{bandField}.name", band.Name);
            if (ReferenceEquals(band, output.Levels[^1]))
            {
                errors.Require(band.Min is null, $"{bandField}.min", band.Min,
                    "the last level takes every score below the others and has no min");
            }
            else if (errors.Require(band.Min is { } min && double.IsFinite(min), $"{bandField}.min", band.Min,
                "every level but the last has a min"))
            {
                errors.Require(band.Min < above, $"{bandField}.min", band.Min, "levels go from high to low");
                above = band.Min!.Value;
            }
        }
    }

    private static bool Fits(string type, JsonElement value) => type switch
    {
        "double" => value.ValueKind is JsonValueKind.Number or JsonValueKind.Null
            || TensorJson.Text(value) is "NaN" or "Infinity" or "-Infinity",
        "int64" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "bool" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => TensorJson.Text(value) is not null,
    };
}
