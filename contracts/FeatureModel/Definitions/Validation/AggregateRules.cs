using FeatureModel.Values;

namespace FeatureModel.Definitions.Validation;

/// <summary>What an aggregate is made of, and which types each function takes and gives.</summary>
internal static class AggregateRules
{
    private static readonly string[] Functions = ["count", "sum", "min", "max", "mean", "last", "distinct", "decayed"];

    public static void Check(FeatureViewDefinition view, string path, FeatureDefinition feature, AggregateDefinition aggregate,
        SourceDefinition source,
        DefinitionErrors errors)
    {
        var at = $"{path}.aggregate";
        if (!errors.Require(Functions.Contains(aggregate.Function), view, $"{at}.function", aggregate.Function,
            $"it must be one of {string.Join(", ", Functions)}"))
        {
            return;
        }
        CheckTimes(view, at, aggregate, errors);
        if (aggregate.Where is { } where)
        {
            errors.Require(!string.IsNullOrWhiteSpace(where), view, $"{at}.where", where,
                "a filter must not be empty; leave it out to take every event");
            NameRules.Length(view, $"{at}.where", where, DefinitionLimits.Expression, errors);
        }
        if (TryField(view, at, aggregate, source, errors, out var field) && FeatureDataTypes.TryParse(feature.Type, out var type))
        {
            CheckTypes(view, path, aggregate.Function, field, type, errors);
        }
    }

    private static void CheckTimes(FeatureViewDefinition view, string at, AggregateDefinition aggregate, DefinitionErrors errors)
    {
        var decays = aggregate.Function == "decayed";
        errors.Require(decays || aggregate.HalfLife is null, view, $"{at}.halfLife", aggregate.HalfLife, "only decayed has a half life");
        errors.Require(!decays || aggregate.Window is null, view, $"{at}.window", aggregate.Window, "decayed has a half life instead of a window");
        var (name, text) = decays ? ("halfLife", aggregate.HalfLife) : ("window", aggregate.Window);
        if (!Durations.TryParse(text, out var length)) errors.Add(view, $"{at}.{name}", text, Durations.Rule);
        else if (decays) errors.Require(length >= Durations.Second, view, $"{at}.{name}", text, "it must be at least 1s");
        else errors.Require(length is >= Durations.Minute and <= 90 * Durations.Day, view, $"{at}.{name}", text, "it must be 1m to 90d");
    }

    /// <summary>The type of the field that the function takes; null where none is named.</summary>
    private static bool TryField(FeatureViewDefinition view, string at, AggregateDefinition aggregate, SourceDefinition source,
        DefinitionErrors errors,
        out FeatureDataType? type)
    {
        type = null;
        if (aggregate.Field is null)
        {
            return errors.Require(aggregate.Function is "count" or "decayed", view, $"{at}.field", null,
                $"{aggregate.Function} takes a field of the source");
        }
        var field = source.Fields.Find(f => f.Name == aggregate.Field);
        if (!errors.Require(field is not null, view, $"{at}.field", aggregate.Field,
            $"the source '{source.Name}' has no such field{NearNames.Hint(aggregate.Field, [.. source.Fields.Select(f => f.Name)])}"))
        {
            return false;
        }
        var known = FeatureDataTypes.TryParse(field!.Type, out var found);
        type = found;
        return known;
    }

    private static void CheckTypes(FeatureViewDefinition view, string path, string function, FeatureDataType? field, FeatureDataType type,
        DefinitionErrors errors)
    {
        if (field is { } taken && !Takes(function, taken))
        {
            errors.Add(view, $"{path}.aggregate.field", taken.Name(),
                $"{function} takes a field of type int32, int64, float, double or bool" + function switch
            {
                "last" when taken == FeatureDataType.String =>
                    ", or timestamp; the newest text of an entity is a string feature of a batch view, whose rows are pushed",
                "min" or "max" or "last" => ", or timestamp",
                "count" or "distinct" => ", or timestamp or string",
                _ => "",
            });
            return;
        }
        var gives = Gives(function, field);
        errors.Require(gives.Contains(type), view, $"{path}.type", type.Name(),
            $"{function}{(field is { } of ? $" of a field of type {of.Name()}" : "")} gives {string.Join(" or ", gives.Select(g => g.Name()))}");
    }

    private static bool Takes(string function, FeatureDataType field) => field switch
    {
        FeatureDataType.Int32 or FeatureDataType.Int64 or FeatureDataType.Float or FeatureDataType.Double or FeatureDataType.Bool => true,
        FeatureDataType.UnixTimestamp => function is "min" or "max" or "last" or "count" or "distinct",
        FeatureDataType.String => function is "count" or "distinct",
        _ => false,
    };

    private static FeatureDataType[] Gives(string function, FeatureDataType? field) => function switch
    {
        "count" or "distinct" => [FeatureDataType.Int64, FeatureDataType.Double],
        "mean" or "decayed" => [FeatureDataType.Double, FeatureDataType.Float],
        _ when field is FeatureDataType.Float or FeatureDataType.Double => [FeatureDataType.Double, FeatureDataType.Float],
        _ when field is FeatureDataType.UnixTimestamp => [field.Value],
        _ => [FeatureDataType.Int64, FeatureDataType.Double],
    };
}
