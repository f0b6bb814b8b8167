using System.Text.Json.Serialization;

namespace FeatureModel.Definitions;

/// <summary>
/// What entities, sources, feature views and feature services have in common: each is declared by name and versioned for itself.
/// Filled by reading a file; not to be changed once it is in a registry.
/// </summary>
public abstract class NamedDefinition
{
    public string Name { get; set; } = "";
    public string? Description { get; set; }
    public string? Owner { get; set; }
    public Dictionary<string, string> Tags { get; set; } = [];

    [JsonIgnore]
    public abstract DefinitionKind ObjectKind { get; }

    /// <summary>Where it was declared; null for one that was made in code or comes from a registry.</summary>
    [JsonIgnore]
    public DefinitionOrigin? Origin { get; set; }
}
