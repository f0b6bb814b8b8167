using System.Globalization;
using FeatureModel.Definitions;
using FeatureModel.Expressions;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace FeatureModel;

/// <summary>The rules of definitions that need the languages within them: expressions compile, filters compile, windows can be kept.</summary>
public static class FeatureRules
{
    /// <summary>For validation and comparison of definitions everywhere: a registry is always opened with these.</summary>
    public static DefinitionRules All { get; } = new([CheckOnDemand, CheckStreams], Normal);

    private static string Normal(string text) => ExpressionCompiler.TryNormalise(text, out var normal, out _) ? normal : text;

    private static void CheckOnDemand(DefinitionCatalog catalog, DefinitionErrors errors)
    {
        foreach (var view in catalog.Definitions.FeatureViews.Where(v => v.Kind == "onDemand"))
        {
            for (var i = 0; i < view.LookupTables.Count; i++)
            {
                if (LookupTable.TryCreate(view.LookupTables[i], out _, out var faults)) continue;
                foreach (var fault in faults) errors.Add(view, Path("lookupTables", i), view.LookupTables[i].Name, fault);
            }
            var scope = ExpressionScopes.OfOnDemand(view, catalog);
            for (var i = 0; i < view.Features.Count; i++)
            {
                var feature = view.Features[i];
                if (feature.Expression is null || !FeatureDataTypes.TryParse(feature.Type, out var type)) continue;
                if (ExpressionCompiler.TryCompileAs(feature.Expression, scope, type, out _, out var faults)) continue;
                foreach (var fault in faults) errors.Add(view, $"{Path("features", i)}.expression", feature.Expression, fault.ToString());
            }
        }
    }

    private static void CheckStreams(DefinitionCatalog catalog, DefinitionErrors errors)
    {
        foreach (var view in catalog.Definitions.FeatureViews.Where(v => v.Kind == "stream"))
        {
            if (catalog.Source(view.Source) is not { } source) continue;
            foreach (var fault in WindowPlan.Compile(view, source).Faults)
            {
                if (fault.Feature < 0) errors.Add(view, "features", view.Name, fault.Sentence);
                else errors.Add(view, $"{Path("features", fault.Feature)}.{fault.Property}", fault.Value, fault.Rule);
            }
            var scope = ExpressionScopes.OfEvents(source);
            for (var i = 0; i < view.Features.Count; i++)
            {
                if (view.Features[i].Aggregate?.Where is not { } filter) continue;
                if (ExpressionCompiler.TryCompileFilter(filter, scope, out _, out var faults)) continue;
                foreach (var fault in faults) errors.Add(view, $"{Path("features", i)}.aggregate.where", filter, fault.ToString());
            }
        }
    }

    private static string Path(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{list}[{index}]");
}
