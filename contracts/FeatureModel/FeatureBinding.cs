using System.Diagnostics.CodeAnalysis;
using Contracts;
using FeatureModel.Values;

namespace FeatureModel;

/// <summary>
/// Which feature of a service fills which feature of a model: the one function from a manifest and a service's schema to column order, used where
/// training sets are built and where requests are scored. Immutable.
/// </summary>
public sealed class FeatureBinding
{
    private FeatureBinding(int[] columns) => Columns = columns;

    /// <summary>For each feature of the manifest the position among the service's features; -1 for one that comes with the request alone.</summary>
    public IReadOnlyList<int> Columns { get; }

    /// <summary>Binds a manifest to the service that it names; false with every error, each naming feature, value and rule.</summary>
    public static bool TryCreate(
        ModelManifest manifest, IReadOnlyList<ServiceFeature> schema, [NotNullWhen(true)] out FeatureBinding? binding, out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        var columns = new int[manifest.Features.Count];
        for (var i = 0; i < columns.Length; i++) columns[i] = Find(manifest, i, schema, found);
        if (found.Count == 0 && columns.Length > 0 && columns.All(c => c < 0))
        {
            found.Add($"{ModelManifest.FileName}: featureService '{manifest.FeatureService?.Name}' has none of the model's features");
        }
        errors = found;
        binding = found.Count == 0 ? new FeatureBinding(columns) : null;
        return binding is not null;
    }

    private static int Find(ModelManifest manifest, int index, IReadOnlyList<ServiceFeature> schema, List<string> errors)
    {
        var feature = manifest.Features[index];
        var place = $"{ModelManifest.FileName}: features[{index}] '{feature.Name}'";
        var matches = schema.Select((f, at) => (f, at))
            .Where(m => feature.Reference is { } reference ? m.f.Reference == reference : m.f.Name == feature.Name)
            .ToList();
        if (matches.Count == 0)
        {
            if (feature.Reference is not null) errors.Add($"{place}: reference is '{feature.Reference}', which the feature service does not have");
            return -1;
        }
        if (matches.Count > 1)
        {
            errors.Add($"{place}: the feature service has it in {string.Join(" and ", matches.Select(m => m.f.View))}; reference must say which, as view:feature");
            return -1;
        }
        var (match, column) = matches[0];
        if (!Fits(match.Type, feature.Type))
        {
            errors.Add($"{place}: type is '{feature.Type}', and '{match.Reference}' is {match.Type.Name()}; {Rule(feature.Type)}");
        }
        return column;
    }

    private static bool Fits(FeatureDataType served, string wanted) => wanted switch
    {
        "double" => served.IsNumeric(),
        "int64" => served is FeatureDataType.Int32 or FeatureDataType.Int64 or FeatureDataType.Bool or FeatureDataType.UnixTimestamp,
        "bool" => served == FeatureDataType.Bool,
        "string" => served == FeatureDataType.String,
        _ => false,
    };

    private static string Rule(string wanted) => wanted switch
    {
        "double" => "a double takes numbers, truth values and moments",
        "int64" => "an int64 takes whole numbers, truth values and moments",
        _ => $"a {wanted} takes {wanted} alone",
    };
}
