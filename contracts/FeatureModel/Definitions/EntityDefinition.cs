using System.Text.Json.Serialization;

namespace FeatureModel.Definitions;

/// <summary>What features describe: a member, a shop, a device.</summary>
public sealed class EntityDefinition : NamedDefinition
{
    /// <summary>The columns that together identify one: usually one. Types: int64 or string.</summary>
    public List<FieldDefinition> JoinKeys { get; set; } = [];

    [JsonIgnore]
    public override DefinitionKind ObjectKind => DefinitionKind.Entity;
}
