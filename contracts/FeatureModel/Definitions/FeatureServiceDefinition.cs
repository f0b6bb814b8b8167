using System.Text.Json.Serialization;

namespace FeatureModel.Definitions;

/// <summary>The features that one model or caller takes, in order.</summary>
public sealed class FeatureServiceDefinition : NamedDefinition
{
    /// <summary><c>view:feature</c>, or <c>view</c> for all of a view's features in their order.</summary>
    public List<string> Features { get; set; } = [];

    [JsonIgnore]
    public override DefinitionKind ObjectKind => DefinitionKind.FeatureService;
}
