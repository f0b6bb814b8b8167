using System.Text.Json.Serialization;

namespace Appliance.Scoring.Traffic;

/// <summary>JSON of the traffic file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Dictionary<string, TrafficSetting>))]
internal sealed partial class TrafficJsonContext : JsonSerializerContext;
