namespace FeatureModel.Definitions;

/// <summary>The columns that a source's events or rows have: those that it lists; of a source of rows that lists none, those of the batch views over it. Pure.</summary>
public static class SourceColumns
{
    /// <summary>The columns. Those of views stand in the order of their names, whatever order the views are in, each once, as the first view by name has it.</summary>
    /// <param name="source">One of <paramref name="definitions"/>.</param>
    public static IReadOnlyList<FieldDefinition> Of(SourceDefinition source, FeatureDefinitions definitions)
    {
        if (!AreOfViews(source)) return source.Fields;
        return [.. definitions.FeatureViews
            .Where(v => v.Kind == "batch" && v.Source == source.Name)
            .OrderBy(v => v.Name, StringComparer.Ordinal)
            .SelectMany(v => v.Features)
            .DistinctBy(f => f.Name)
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new FieldDefinition { Name = f.Name, Type = f.Type, Description = f.Description })];
    }

    /// <summary>Whether the views over the source say what its columns are.</summary>
    public static bool AreOfViews(SourceDefinition source) => source.Fields.Count == 0 && source.Kind != "events";
}
