using System.Text.Json.Serialization;

namespace Compare.Features;

/// <summary>Source-generated JSON of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FeatureReport))]
internal sealed partial class FeatureReportJsonContext : JsonSerializerContext;
