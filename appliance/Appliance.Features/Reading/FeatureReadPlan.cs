using System.Diagnostics.CodeAnalysis;
using FeatureModel.Definitions;

namespace Appliance.Features.Reading;

/// <summary>
/// What has to be done to read a list of features: which views' rows, which columns of them, which expressions. Compiled once for a list and a
/// state of the catalog; immutable.
/// </summary>
public sealed class FeatureReadPlan
{
    internal FeatureReadPlan(FeatureOutput[] outputs, ViewRead[] viewReads, RequiredColumn[] required, ComputeStep[] steps, int computedColumns, ServedView[] views)
    {
        Outputs = outputs;
        ViewReads = viewReads;
        Required = required;
        Steps = steps;
        ComputedColumns = computedColumns;
        Views = views;
    }

    /// <summary>The features asked for, in the order in which they were.</summary>
    public FeatureOutput[] Outputs { get; }

    /// <summary>Columns that the request must bring: join keys and request inputs.</summary>
    public RequiredColumn[] Required { get; }

    /// <summary>The views that were named, each once, in the order of their first mention.</summary>
    public ServedView[] Views { get; }

    /// <summary>The views whose rows are read.</summary>
    public ViewRead[] ViewReads { get; }

    /// <summary>What is computed from them, each after what it is computed from.</summary>
    public ComputeStep[] Steps { get; }

    /// <summary>Values a row that are computed rather than read.</summary>
    internal int ComputedColumns { get; }

    /// <summary>Number of views whose rows are read.</summary>
    public int StoredViews => ViewReads.Length;

    /// <summary>Compiles the plan of a list of references; false with a sentence that names the one at fault.</summary>
    /// <param name="catalog">The views as they are served now.</param>
    /// <param name="references"><c>view:feature</c>, or <c>view</c> for all of its features.</param>
    /// <param name="field">What the list is called in messages.</param>
    public static bool TryCreate(
        FeatureCatalog catalog, IReadOnlyList<string> references, string field, [NotNullWhen(true)] out FeatureReadPlan? plan, [NotNullWhen(false)] out string? error) =>
        new FeatureReadPlanBuilder(catalog).TryBuild(references, field, out plan, out error);
}
