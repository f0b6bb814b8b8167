using System.Text.Json.Serialization;

namespace Appliance.Features.Ingest.History;

/// <summary>Source-generated JSON of the views' starts.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(ViewStartsFile))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;
