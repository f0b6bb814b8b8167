using System.Text.Json.Serialization;

namespace Compare.Schedule;

/// <summary>Source-generated JSON of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ScheduleReport))]
internal sealed partial class ScheduleReportJsonContext : JsonSerializerContext;
