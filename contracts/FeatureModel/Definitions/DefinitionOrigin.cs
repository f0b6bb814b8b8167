namespace FeatureModel.Definitions;

/// <summary>Where an object was declared, for messages.</summary>
/// <param name="File">The file, relative to the features folder, or what the caller called the body.</param>
/// <param name="Path">The JSON path within it, for example <c>$.featureViews[2]</c>.</param>
public sealed record DefinitionOrigin(string File, string Path);
