using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainer.Pipelines;

/// <summary>JSON of pipeline files: camelCase, comments allowed, unknown members refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(PipelineDefinition))]
internal sealed partial class PipelineJsonContext : JsonSerializerContext;
