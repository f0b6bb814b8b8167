namespace FeatureModel.Definitions.Validation;

/// <summary>Rules of columns that views take of a source without fields: each has one type.</summary>
internal static class SharedColumnRules
{
    public static void Check(DefinitionCatalog catalog, DefinitionErrors errors)
    {
        var first = new Dictionary<(string Source, string Column), (string View, string Type)>();
        foreach (var view in catalog.Definitions.FeatureViews.Where(v => v.Kind == "batch"))
        {
            if (catalog.Source(view.Source) is not { } source || !SourceColumns.AreOfViews(source)) continue;
            for (var i = 0; i < view.Features.Count; i++)
            {
                var feature = view.Features[i];
                if (first.TryAdd((source.Name, feature.Name), (view.Name, feature.Type))) continue;
                var (other, type) = first[(source.Name, feature.Name)];
                errors.Require(feature.Type == type, view, $"{FeatureRules.Path(i)}.type", feature.Type,
                    $"feature view '{other}' takes column '{feature.Name}' of source '{source.Name}' as {type}, and feature view '{view.Name}' must take it so too: the source lists no fields");
            }
        }
    }
}
