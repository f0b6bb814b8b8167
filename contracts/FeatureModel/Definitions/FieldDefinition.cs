namespace FeatureModel.Definitions;

/// <summary>A named, typed column: of a key, of an event, of a request.</summary>
public sealed class FieldDefinition
{
    public string Name { get; set; } = "";

    /// <summary>A name of <see cref="Values.FeatureDataTypes"/>.</summary>
    public string Type { get; set; } = "";

    public string? Description { get; set; }
}
