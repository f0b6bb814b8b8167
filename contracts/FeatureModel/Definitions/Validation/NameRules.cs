using System.Globalization;

namespace FeatureModel.Definitions.Validation;

/// <summary>Names, owners, tags and lists of columns: the rules that several kinds of object share.</summary>
internal static class NameRules
{
    private const string NameRule = "it must be a-z, then up to 63 of a-z, 0-9 and _";
    private const string ServiceNameRule = "it must be a-z, then up to 63 of a-z, 0-9, _ and -";
    private const string ColumnRule = "it must be a letter or _, then up to 63 letters, digits and _ (all ASCII)";

    /// <summary>Names of what is ours: they become parts of addresses, metrics and expressions.</summary>
    public static bool Name(NamedDefinition at, string path, string name, DefinitionErrors errors) =>
        errors.Require(IsName(name, dash: false), at, path, name, NameRule);

    /// <summary>Names of feature services also take a dash: they are often named as the model is. No expression names a service.</summary>
    public static bool ServiceName(NamedDefinition at, DefinitionErrors errors) =>
        errors.Require(IsName(at.Name, dash: true), at, "name", at.Name, ServiceNameRule);

    /// <summary>Columns of events, keys and requests: other systems named them, so that upper case is taken.</summary>
    public static bool Column(NamedDefinition at, string path, string name, DefinitionErrors errors) =>
        errors.Require(IsColumn(name), at, path, name, ColumnRule);

    /// <summary>A list of columns: named well and once each.</summary>
    public static void Columns(NamedDefinition at, string path, List<FieldDefinition> fields, DefinitionErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            var here = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            Column(at, $"{here}.name", fields[i].Name, errors);
            errors.Require(names.Add(fields[i].Name), at, $"{here}.name", fields[i].Name, "the name is given twice");
            Length(at, $"{here}.description", fields[i].Description, DefinitionLimits.Description, errors);
        }
    }

    /// <summary>Owner, description and tags.</summary>
    public static void Notes(NamedDefinition at, string prefix, string? description, string? owner, Dictionary<string, string> tags,
        DefinitionErrors errors)
    {
        Length(at, $"{prefix}description", description, DefinitionLimits.Description, errors);
        Length(at, $"{prefix}owner", owner, DefinitionLimits.Owner, errors);
        errors.Require(tags.Count <= DefinitionLimits.Tags, at, $"{prefix}tags", $"{tags.Count} tags", $"{DefinitionLimits.Tags} are taken");
        foreach (var (key, value) in tags)
        {
            errors.Require(key.Length is > 0 and <= DefinitionLimits.TagKey, at, $"{prefix}tags", key,
                $"a tag's key must have 1 to {DefinitionLimits.TagKey} characters");
            Length(at, $"{prefix}tags.{key}", value, DefinitionLimits.TagValue, errors);
        }
    }

    public static void Length(NamedDefinition at, string path, string? text, int most, DefinitionErrors errors) =>
        errors.Require(text is null || text.Length <= most, at, path, text, $"it must have at most {most} characters; it has {text?.Length}");

    private static bool IsColumn(string name) =>
        name.Length is > 0 and <= DefinitionLimits.Name && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static bool IsName(string name, bool dash) =>
        name.Length is > 0 and <= DefinitionLimits.Name && char.IsAsciiLetterLower(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_' || (dash && c == '-'));
}
