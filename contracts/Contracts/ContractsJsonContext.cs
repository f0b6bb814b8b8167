using System.Text.Json;
using System.Text.Json.Serialization;

namespace Contracts;

/// <summary>Source-generated JSON for what this project shares between processes. camelCase, indented, unknown members refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    WriteIndented = true)]
[JsonSerializable(typeof(ModelManifest))]
public sealed partial class ContractsJsonContext : JsonSerializerContext;
