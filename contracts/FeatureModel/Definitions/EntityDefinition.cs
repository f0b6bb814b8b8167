namespace FeatureModel.Definitions;

/// <summary>What features describe: a member, a shop, a device.</summary>
public sealed class EntityDefinition
{
    public string Name { get; set; } = "";

    /// <summary>The columns that together identify one: usually one. Types: int64 or string.</summary>
    public List<FieldDefinition> JoinKeys { get; set; } = [];

    public string? Description { get; set; }
    public string? Owner { get; set; }
    public Dictionary<string, string> Tags { get; set; } = [];
}
