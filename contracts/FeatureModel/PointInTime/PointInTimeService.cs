using System.Diagnostics.CodeAnalysis;
using FeatureModel.Definitions;
using FeatureModel.Expressions;
using FeatureModel.Values;

namespace FeatureModel.PointInTime;

/// <summary>
/// A list of features as definitions mean them at a moment: which stored views they need, and their values from rows of those. Immutable; any
/// number of threads evaluate it.
/// </summary>
public sealed class PointInTimeService
{
    private readonly Dictionary<FeatureReference, Computed> _computed = [];
    private readonly Dictionary<string, int> _views = new(StringComparer.Ordinal);
    private readonly List<PointInTimeView> _stored = [];
    private readonly List<FieldDefinition> _inputs = [];
    private readonly DefinitionCatalog _catalog;

    private PointInTimeService(DefinitionCatalog catalog) => _catalog = catalog;

    /// <summary>The features, in the order in which they were asked for.</summary>
    public IReadOnlyList<PointInTimeFeature> Features { get; private set; } = [];

    /// <summary>The stored views whose rows are needed.</summary>
    public IReadOnlyList<PointInTimeView> Views => _stored;

    /// <summary>Columns that come with a request.</summary>
    public IReadOnlyList<FieldDefinition> Inputs => _inputs;

    /// <summary>Compiles a list of features of definitions that are known to be valid; false with a sentence that names the one that is missing.</summary>
    public static bool TryCreate(
        DefinitionCatalog catalog, IEnumerable<FeatureReference> references, [NotNullWhen(true)] out PointInTimeService? service, [NotNullWhen(false)] out string? error)
    {
        var made = new PointInTimeService(catalog);
        var features = new List<PointInTimeFeature>();
        (service, error) = (null, null);
        foreach (var reference in references)
        {
            var stored = new List<FeatureReference>();
            error = made.Add(reference, stored);
            if (error is not null) return false;
            var definition = catalog.Feature(reference)!;
            features.Add(new PointInTimeFeature(reference, TypeOf(definition), DefaultValue.Of(definition), [.. stored.Distinct()]));
        }
        made.Features = features;
        service = made;
        return true;
    }

    /// <summary>The feature's value.</summary>
    /// <param name="feature">One of <see cref="Features"/>, or one that those are computed from.</param>
    /// <param name="rows">For each of <see cref="Views"/> what the entity has there.</param>
    /// <param name="inputs">For each of <see cref="Inputs"/> what came with the request.</param>
    /// <param name="asOf">The moment.</param>
    public FeatureValue Evaluate(FeatureReference feature, IReadOnlyList<PointInTimeRow> rows, IReadOnlyList<FeatureValue> inputs, long asOf)
    {
        if (!_computed.TryGetValue(feature, out var computed))
        {
            var view = _views[feature.View];
            return rows[view].Values[_stored[view].Definition.Features.FindIndex(f => f.Name == feature.Feature)];
        }
        var slots = new FeatureValue[computed.Slots];
        foreach (var slot in computed.Expression.UsedSlots)
        {
            var input = computed.Inputs[slot];
            if (input.View is not null) slots[slot] = Evaluate(new FeatureReference(input.View, input.Name), rows, inputs, asOf);
            else if (_inputs.FindIndex(i => i.Name == input.Name) is >= 0 and var at) slots[slot] = WideningConversion.To(input.Type, inputs[at]);
            else slots[slot] = FeatureValue.OfTimestamp(asOf);
        }
        return computed.Expression.Evaluate(slots);
    }

    /// <summary>Position of a view's rows among <see cref="Views"/>.</summary>
    public int ViewOf(string view) => _views[view];

    private string? Add(FeatureReference reference, List<FeatureReference> stored)
    {
        if (_catalog.View(reference.View) is not { } view) return $"there is no feature view '{reference.View}'";
        if (view.Features.Find(f => f.Name == reference.Feature) is not { } feature) return $"feature view '{view.Name}' has no feature '{reference.Feature}'";
        if (view.Kind == "onDemand") return AddComputed(view, feature, reference, stored);
        stored.Add(reference);
        if (_views.ContainsKey(view.Name)) return null;
        if (_catalog.Source(view.Source) is not { } source) return $"feature view '{view.Name}' has no source";
        _views.Add(view.Name, _stored.Count);
        _stored.Add(PointInTimeView.Create(view, source, SourceColumns.Of(source, _catalog.Definitions)));
        return null;
    }

    private string? AddComputed(FeatureViewDefinition view, FeatureDefinition feature, FeatureReference reference, List<FeatureReference> stored)
    {
        var scope = ExpressionScopes.OfOnDemand(view, _catalog);
        if (!ExpressionCompiler.TryCompileAs(feature.Expression!, scope, TypeOf(feature), out var expression, out var errors)) return $"'{reference}' does not compile: {errors[0]}";
        ExpressionInput[] inputs = [.. scope.Inputs];
        _computed[reference] = new Computed(expression, inputs, scope.SlotCount);
        foreach (var slot in expression.UsedSlots)
        {
            var input = inputs[slot];
            if (input.View is not null)
            {
                if (Add(new FeatureReference(input.View, input.Name), stored) is { } error) return error;
                continue;
            }
            if (view.RequestInputs.Find(c => c.Name == input.Name) is { } column && !_inputs.Exists(i => i.Name == column.Name)) _inputs.Add(column);
        }
        return null;
    }

    private static FeatureDataType TypeOf(FeatureDefinition feature) => FeatureDataTypes.TryParse(feature.Type, out var type) ? type : FeatureDataType.String;

    private sealed record Computed(CompiledExpression Expression, ExpressionInput[] Inputs, int Slots);
}
