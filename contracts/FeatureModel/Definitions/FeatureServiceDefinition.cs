namespace FeatureModel.Definitions;

/// <summary>The features that one model or caller takes, in order.</summary>
public sealed class FeatureServiceDefinition
{
    public string Name { get; set; } = "";

    /// <summary><c>view:feature</c>, or <c>view</c> for all of a view's features in their order.</summary>
    public List<string> Features { get; set; } = [];

    public string? Description { get; set; }
    public string? Owner { get; set; }
    public Dictionary<string, string> Tags { get; set; } = [];
}
