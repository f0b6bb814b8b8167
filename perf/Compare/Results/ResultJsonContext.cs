using System.Text.Json.Serialization;

namespace Compare.Results;

/// <summary>Source-generated JSON of the results.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(CompareReport))]
internal sealed partial class ResultJsonContext : JsonSerializerContext;
