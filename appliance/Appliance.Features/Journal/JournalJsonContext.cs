using System.Text.Json.Serialization;

namespace Appliance.Features.Journal;

/// <summary>Source-generated JSON of what the journal writes down beside its records.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(ReadersFile))]
internal sealed partial class JournalJsonContext : JsonSerializerContext;
