using System.Text.Json;
using System.Text.Json.Serialization;

namespace FeatureModel.Definitions;

/// <summary>Source-generated JSON of definitions.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(FeatureDefinitions))]
internal sealed partial class DefinitionsJsonContext : JsonSerializerContext;
