using System.Globalization;
using FeatureModel.Values;

namespace FeatureModel.Definitions.Validation;

/// <summary>Rules of entities and sources.</summary>
internal static class SourceRules
{
    private static readonly string[] Kinds = ["events", "push", "file"];

    public static void Check(EntityDefinition entity, DefinitionErrors errors)
    {
        NameRules.Name(entity, "name", entity.Name, errors);
        errors.Require(entity.JoinKeys.Count is > 0 and <= DefinitionLimits.JoinKeys, entity, "joinKeys", $"{entity.JoinKeys.Count} columns",
            $"an entity has 1 to {DefinitionLimits.JoinKeys} of them");
        NameRules.Columns(entity, "joinKeys", entity.JoinKeys, errors);
        for (var i = 0; i < entity.JoinKeys.Count; i++)
        {
            errors.Require(entity.JoinKeys[i].Type is "int64" or "string", entity,
                string.Create(CultureInfo.InvariantCulture, $"joinKeys[{i}].type"),
                entity.JoinKeys[i].Type, "a join key must be int64 or string");
        }
    }

    public static void Check(SourceDefinition source, DefinitionErrors errors)
    {
        NameRules.Name(source, "name", source.Name, errors);
        errors.Require(Kinds.Contains(source.Kind), source, "kind", source.Kind, $"it must be one of {string.Join(", ", Kinds)}");
        errors.Require(source.Fields.Count <= DefinitionLimits.FieldsPerSource, source, "fields", $"{source.Fields.Count} fields",
            $"{DefinitionLimits.FieldsPerSource} are taken");
        NameRules.Columns(source, "fields", source.Fields, errors);
        for (var i = 0; i < source.Fields.Count; i++)
        {
            var field = source.Fields[i];
            var path = string.Create(CultureInfo.InvariantCulture, $"fields[{i}]");
            errors.Require(source.Kind != "events" || field.Name != "type", source, $"{path}.name", field.Name,
                "filters call the event's own type by this name");
            errors.Require(FeatureDataTypes.TryParse(field.Type, out _), source, $"{path}.type", field.Type,
                $"it must be one of {FeatureDataTypes.AllNames}");
        }
        if (source.EventTimeColumn is { } eventTime) NameRules.Column(source, "eventTimeColumn", eventTime, errors);
        if (source.TypeColumn is { } type) NameRules.Column(source, "typeColumn", type, errors);
        errors.Require(source.Kind != "events" || !source.Timeless, source, "timeless", source.Timeless, "events have times");
        if (source.CreatedTimeColumn is { } created) NameRules.Column(source, "createdTimeColumn", created, errors);
        NameRules.Length(source, "path", source.Path, DefinitionLimits.PathLength, errors);
        errors.Require(source.Kind != "file" || !string.IsNullOrWhiteSpace(source.Path), source, "path", source.Path,
            "a source of kind file must name where its history lies");
        CheckLateness(source, errors);
    }

    private static void CheckLateness(SourceDefinition source, DefinitionErrors errors)
    {
        if (source.Lateness is null) return;
        if (!Durations.TryParse(source.Lateness, out var lateness)) errors.Add(source, "lateness", source.Lateness, Durations.Rule);
        else errors.Require(lateness <= 90 * Durations.Day, source, "lateness", source.Lateness, "it must be at most 90d, the longest window");
    }
}
