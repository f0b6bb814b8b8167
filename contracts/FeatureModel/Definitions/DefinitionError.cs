namespace FeatureModel.Definitions;

/// <summary>One thing that is wrong with definitions.</summary>
/// <param name="File">The file, relative to the features folder, or what the caller called the body; empty for an object without a file.</param>
/// <param name="Path">The JSON path of the value, for example <c>$.featureViews[2].features[0].type</c>.</param>
/// <param name="Value">The value, shortened; <c>absent</c> where there is none; null where a whole file is meant.</param>
/// <param name="Rule">The rule that it breaks.</param>
public sealed record DefinitionError(string File, string Path, string? Value, string Rule)
{
    public override string ToString()
    {
        var place = File.Length == 0 ? Path : Path.Length == 0 ? File : $"{File}: {Path}";
        return Value is null ? $"{place}: {Rule}" : $"{place} is {Value}; {Rule}";
    }
}
