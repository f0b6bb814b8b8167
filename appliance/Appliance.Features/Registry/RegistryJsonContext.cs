using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.Features.Registry;

/// <summary>Source-generated JSON of the registry's files.</summary>
[JsonSerializable(typeof(RevisionRecord))]
[JsonSerializable(typeof(RevisionHeader))]
internal sealed partial class RegistryJsonContext : JsonSerializerContext
{
    /// <summary>Writes a definition's canonical text byte for byte as it is, so that its checksum can be taken of what was read.</summary>
    public static RegistryJsonContext Exact { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
