using System.Diagnostics.CodeAnalysis;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>Compiles a <see cref="FeatureReadPlan"/>. Used once.</summary>
internal sealed class FeatureReadPlanBuilder(FeatureCatalog catalog)
{
    private readonly List<FeatureOutput> _outputs = [];
    private readonly List<ViewRead> _viewReads = [];
    private readonly List<RequiredColumn> _required = [];
    private readonly List<ComputeStep> _steps = [];
    private readonly List<ServedView> _views = [];
    private readonly Dictionary<(string View, int Feature), int> _computedOnDemand = [];
    private int _computed;

    public bool TryBuild(IReadOnlyList<string> references, string field, [NotNullWhen(true)] out FeatureReadPlan? plan, [NotNullWhen(false)] out string? error)
    {
        plan = null;
        error = references.Count == 0 ? $"{field} is empty; it must name at least one feature as view:feature" : null;
        for (var i = 0; i < references.Count && error is null; i++) error = Add(references[i], $"{field}[{i}]");
        if (error is not null) return false;
        plan = new FeatureReadPlan([.. _outputs], [.. _viewReads], [.. _required], [.. _steps], _computed, [.. _views]);
        return true;
    }

    private string? Add(string reference, string place)
    {
        var whole = !FeatureReference.TryParse(reference, out var one);
        var name = whole ? reference : one.View;
        if (!catalog.TryFindView(name, out var view))
        {
            return $"{place} is '{reference}'; there is no feature view '{name}'{NearNames.Hint(name, [.. catalog.ViewNames])}";
        }
        if (!_views.Contains(view)) _views.Add(view);
        if (whole)
        {
            for (var i = 0; i < view.Features.Count; i++)
            {
                if (AddFeature(view, i) is { } error) return $"{place} is '{reference}'; {error}";
            }
            return null;
        }
        var feature = view.Find(one.Feature);
        if (feature < 0)
        {
            return $"{place} is '{reference}'; feature view '{view.Name}' has no feature '{one.Feature}'{NearNames.Hint(one.Feature, [.. view.Features.Select(f => f.Name)])}";
        }
        return AddFeature(view, feature) is { } why ? $"{place} is '{reference}'; {why}" : null;
    }

    private string? AddFeature(ServedView view, int feature)
    {
        if (Source(view, feature, out var output) is { } error) return error;
        _outputs.Add(output);
        return null;
    }

    private string? Source(ServedView view, int feature, out FeatureOutput output)
    {
        var of = view.Features[feature];
        if (view.Kind == ViewKind.OnDemand)
        {
            var error = ComputedColumn(view, feature, out var column);
            output = new FeatureOutput(view.Name, of.Name, of.Type, -1, feature, column);
            return error;
        }
        var read = _viewReads.FindIndex(r => r.View.Name == view.Name);
        output = default;
        if (read < 0 && AddRead(view, out read) is { } conflict) return conflict;
        output = new FeatureOutput(view.Name, of.Name, of.Type, read, feature, view.Kind == ViewKind.Stream ? _viewReads[read].FirstComputed + feature : -1);
        return null;
    }

    private string? AddRead(ServedView view, out int read)
    {
        read = _viewReads.Count;
        var keys = new int[view.JoinKeys.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            if (Require(view.JoinKeys[i].Name, view.JoinKeys[i].Type, view.Name, isKey: true, out keys[i]) is { } conflict) return conflict;
        }
        var first = -1;
        if (view.Kind == ViewKind.Stream)
        {
            first = _computed;
            _computed += view.Features.Count;
        }
        _viewReads.Add(new ViewRead(view, keys, first));
        return null;
    }

    private string? ComputedColumn(ServedView view, int feature, out int column)
    {
        if (_computedOnDemand.TryGetValue((view.Name, feature), out column)) return null;
        var onDemand = view.OnDemand!;
        var expression = onDemand.Expressions[feature];
        var sources = new List<SlotSource>();
        foreach (var slot in expression.UsedSlots)
        {
            var input = onDemand.Inputs[slot];
            if (input.View is null)
            {
                var required = SlotSource.Moment;
                if (!input.IsMoment && Require(input.Name, input.Type, view.Name, isKey: false, out required) is { } conflict) return conflict;
                sources.Add(new SlotSource(slot, default, required));
                continue;
            }
            if (!catalog.TryFindView(input.View, out var from) || from.Find(input.Name) is not (>= 0 and var at))
            {
                return $"it is computed from '{input.View}:{input.Name}', which is not served";
            }
            // Views that build on each other have no cycles: the registry refuses them.
            if (Source(from, at, out var feeds) is { } error) return error;
            sources.Add(new SlotSource(slot, feeds, SlotSource.NoColumn));
        }
        column = _computed++;
        _steps.Add(new ComputeStep(expression, onDemand.Inputs.Count, [.. sources], column));
        _computedOnDemand[(view.Name, feature)] = column;
        return null;
    }

    // One column of a request has one type: two views that name it alike and mean different things cannot be read together.
    private string? Require(string name, FeatureDataType type, string view, bool isKey, out int at)
    {
        at = _required.FindIndex(r => r.Name == name);
        if (at < 0)
        {
            at = _required.Count;
            _required.Add(new RequiredColumn(name, type, view, isKey));
            return null;
        }
        var before = _required[at];
        if (before.Type != type) return $"it needs '{name}' as {type.Name()}, and feature view '{before.View}' needs it as {before.Type.Name()}; they cannot be read in one request";
        if (isKey && !before.IsKey) _required[at] = before with { IsKey = true, View = view };
        return null;
    }
}
