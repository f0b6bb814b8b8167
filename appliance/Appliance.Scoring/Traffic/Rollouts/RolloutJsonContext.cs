using System.Text.Json.Serialization;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>JSON of the rollout file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RolloutsContent))]
internal sealed partial class RolloutJsonContext : JsonSerializerContext;
