using System.Text.Json.Serialization;

namespace FeatureClients.Results;

/// <summary>Source-generated JSON of what a run prints: one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GatherResult))]
[JsonSerializable(typeof(CallResult))]
[JsonSerializable(typeof(PostResult))]
public sealed partial class ClientJsonContext : JsonSerializerContext;
