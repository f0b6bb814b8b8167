using System.Text.Json.Serialization;

namespace Compare.Tables;

/// <summary>Source-generated JSON of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TableReport))]
internal sealed partial class TableReportJsonContext : JsonSerializerContext;
