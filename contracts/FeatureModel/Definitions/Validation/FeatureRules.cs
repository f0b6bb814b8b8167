using System.Globalization;
using FeatureModel.Values;

namespace FeatureModel.Definitions.Validation;

/// <summary>Rules of a view's features, whatever the view's kind.</summary>
internal static class FeatureRules
{
    private static readonly string[] PiiClasses = ["none", "quasi", "personal", "sensitive"];

    public static void Check(FeatureViewDefinition view, DefinitionErrors errors)
    {
        errors.Require(view.Features.Count is > 0 and <= DefinitionLimits.FeaturesPerView, view, "features", $"{view.Features.Count} features",
            $"a view has 1 to {DefinitionLimits.FeaturesPerView} of them");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < view.Features.Count; i++)
        {
            var feature = view.Features[i];
            var path = Path(i);
            NameRules.Name(view, $"{path}.name", feature.Name, errors);
            errors.Require(names.Add(feature.Name), view, $"{path}.name", feature.Name, "the view has another feature of this name");
            NameRules.Notes(view, $"{path}.", feature.Description, feature.Owner, feature.Tags, errors);
            errors.Require(PiiClasses.Contains(feature.Pii), view, $"{path}.pii", feature.Pii,
                $"it must be one of {string.Join(", ", PiiClasses)}");
            CheckType(view, path, feature, errors);
        }
    }

    /// <summary>A feature's path below its view.</summary>
    public static string Path(int index) => string.Create(CultureInfo.InvariantCulture, $"features[{index}]");

    private static void CheckType(FeatureViewDefinition view, string path, FeatureDefinition feature, DefinitionErrors errors)
    {
        if (!FeatureDataTypes.TryParse(feature.Type, out var type))
        {
            errors.Add(view, $"{path}.type", feature.Type, $"it must be one of {FeatureDataTypes.AllNames}");
            return;
        }
        var list = type is FeatureDataType.FloatList or FeatureDataType.DoubleList;
        var ranged = errors.Require(feature.Dimension is >= 0 and <= DefinitionLimits.Dimension, view, $"{path}.dimension", feature.Dimension,
            $"it must be 0 to {DefinitionLimits.Dimension}");
        errors.Require(!ranged || feature.Dimension == 0 || list, view, $"{path}.dimension", feature.Dimension,
            $"only list<float> and list<double> have a dimension; the type is {type.Name()}");
        if (feature.Default is not { } json) return;
        if (!DefaultValue.TryRead(type, json, out var value, out var rule))
        {
            errors.Add(view, $"{path}.default", json, $"{rule}, as the type is {type.Name()}");
            return;
        }
        errors.Require(!list || !ranged || feature.Dimension == 0 || value.AsList.Length == feature.Dimension, view, $"{path}.default", json,
            $"the embedding has {feature.Dimension} elements");
    }
}
