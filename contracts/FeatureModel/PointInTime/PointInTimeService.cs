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
    private readonly DefinitionCatalog _reader;

    private PointInTimeService(DefinitionCatalog catalog, DefinitionCatalog reader) => (_catalog, _reader) = (catalog, reader);

    /// <summary>The features, in the order in which they were asked for.</summary>
    public IReadOnlyList<PointInTimeFeature> Features { get; private set; } = [];

    /// <summary>The stored views whose rows are needed.</summary>
    public IReadOnlyList<PointInTimeView> Views => _stored;

    /// <summary>Columns that come with a request.</summary>
    public IReadOnlyList<FieldDefinition> Inputs => _inputs;

    /// <summary>Compiles a list of features of definitions that are known to be valid; false with a sentence that names the one that is missing.</summary>
    public static bool TryCreate(
        DefinitionCatalog catalog, IEnumerable<FeatureReference> references, [NotNullWhen(true)] out PointInTimeService? service, [NotNullWhen(false)] out string? error) =>
        TryCreate(catalog, catalog, references, out service, out error);

    /// <summary>The same over a history that other definitions have read.</summary>
    /// <param name="catalog">What the features mean.</param>
    /// <param name="reader">What the history's events and rows were read by: it says which columns they have, and in which order.</param>
    /// <param name="references">The features.</param>
    /// <param name="service">Them, compiled.</param>
    /// <param name="error">Which is missing.</param>
    public static bool TryCreate(
        DefinitionCatalog catalog, DefinitionCatalog reader, IEnumerable<FeatureReference> references,
        [NotNullWhen(true)] out PointInTimeService? service, [NotNullWhen(false)] out string? error)
    {
        var made = new PointInTimeService(catalog, reader);
        var features = new List<PointInTimeFeature>();
        (service, error) = (null, null);
        foreach (var reference in references)
        {
            var stored = new List<FeatureReference>();
            error = made.Add(reference, stored);
            if (error is not null) return false;
            var definition = catalog.Feature(reference)!;
            features.Add(new PointInTimeFeature(reference, TypeOf(definition), DefaultValue.Of(definition), [.. stored.Distinct()]) { IsReadable = stored.TrueForAll(made.CanRead) });
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
        var columns = SourceColumns.Of(source, _catalog.Definitions);
        _stored.Add(PointInTimeView.Create(view, source, columns, HeldColumnsOf(view, columns)));
        return null;
    }

    // The view's history is of the source that the view has by the definitions that read it.
    private IReadOnlyList<FieldDefinition> HeldColumnsOf(FeatureViewDefinition view, IReadOnlyList<FieldDefinition> own)
    {
        if (ReferenceEquals(_reader, _catalog)) return own;
        return _reader.View(view.Name)?.Source == view.Source && _reader.Source(view.Source) is { } source ? SourceColumns.Of(source, _reader.Definitions) : [];
    }

    private bool CanRead(FeatureReference stored)
    {
        var view = _stored[_views[stored.View]];
        return view.CanRead(view.Definition.Features.FindIndex(f => f.Name == stored.Feature));
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
