using System.Text.Json;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;
using FeatureModel.Values;

namespace Appliance.Features.Registry;

/// <summary>Works out what changes add to a registry: versions, pins, meanings, layouts. Pure; used for one change.</summary>
internal sealed class RevisionDraft
{
    private readonly RegistryState _state;
    private readonly DefinitionCatalog _after;
    private readonly DefinitionRules _rules;
    private readonly HashSet<FeatureReference> _broken;
    private readonly HashSet<FeatureReference> _rewritten;
    private readonly Dictionary<string, int> _newViewVersions = new(StringComparer.Ordinal);
    private readonly RevisionRecord _record = new();

    private RevisionDraft(RegistryState state, DefinitionCatalog after, IReadOnlyList<ChangeVerdict> verdicts, DefinitionRules rules)
    {
        _state = state;
        _after = after;
        _rules = rules;
        _broken = verdicts.Where(v => v.IsBreaking).SelectMany(v => v.Breaks).ToHashSet();
        _rewritten = verdicts.Where(v => v.IsBreaking && !v.KeepsRows).SelectMany(v => v.Breaks).ToHashSet();
    }

    /// <summary>The record, without author, time and reason.</summary>
    public static RevisionRecord Make(
        RegistryState state, DefinitionCatalog after, IReadOnlyList<DefinitionChange> changes, IReadOnlyList<ChangeVerdict> verdicts,
        DefinitionRules rules)
    {
        var draft = new RevisionDraft(state, after, verdicts, rules);
        // Services come last among the kinds, so that they pin versions that are settled.
        foreach (var change in changes) draft.AddChange(change);
        draft.RenewServices(changes.Where(c => c.Kind == DefinitionKind.FeatureService).Select(c => c.Name).ToHashSet(StringComparer.Ordinal));
        draft.AddLayouts();
        draft._record.Revision = state.Revision + 1;
        draft._record.Breaks = [.. draft._broken.Select(b => b.ToString()).Order(StringComparer.Ordinal)];
        return draft._record;
    }

    private void AddChange(DefinitionChange change)
    {
        if (change.Type == ChangeType.Removed)
        {
            _record.Objects.Add(new() { Kind = change.Kind.Word(), Name = change.Name });
            return;
        }
        var definition = _after.Definitions.Of(change.Kind).First(d => d.Name == change.Name);
        AddVersion(definition, change.Fields, definition is FeatureServiceDefinition service ? PinsOf(service) : []);
    }

    private void AddVersion(NamedDefinition definition, IReadOnlyList<FieldChange> diff, List<FeaturePin> pins)
    {
        var before = _state.Describe(definition.ObjectKind, definition.Name);
        var text = CanonicalJson.Of(definition, _rules);
        var version = (before?.Versions.Count ?? 0) + 1;
        if (definition.ObjectKind == DefinitionKind.FeatureView) _newViewVersions[definition.Name] = version;
        using var json = JsonDocument.Parse(text);
        _record.Objects.Add(new()
        {
            Kind = definition.ObjectKind.Word(),
            Name = definition.Name,
            Version = version,
            Definition = json.RootElement.Clone(),
            Sha256 = CanonicalJson.Sha256(text),
            // One that was deleted and comes back is compared with what it was.
            Diff = [.. before is { IsDeleted: true } ? DefinitionDiff.FieldsBetween(before.Latest.CanonicalJson, text) : diff],
            Pins = pins,
        });
    }

    /// <summary>A service whose text stays gets a new version too where its features are no longer the ones that it pinned.</summary>
    private void RenewServices(HashSet<string> changed)
    {
        foreach (var service in _after.Definitions.FeatureServices.Where(s => !changed.Contains(s.Name)))
        {
            var old = _state.Describe(DefinitionKind.FeatureService, service.Name)!.Latest.Pins;
            var pins = PinsOf(service);
            if (old.Select(WithoutVersion).SequenceEqual(pins.Select(WithoutVersion))) continue;
            AddVersion(service, [.. PinChanges(old, pins)], pins);
        }

        static FeaturePin WithoutVersion(FeaturePin pin) => pin with { ViewVersion = 0 };
    }

    private static IEnumerable<FieldChange> PinChanges(IReadOnlyList<FeaturePin> old, List<FeaturePin> pins)
    {
        var was = old.ToDictionary(p => p.Reference);
        var becomes = pins.ToDictionary(p => p.Reference);
        foreach (var reference in was.Keys.Union(becomes.Keys))
        {
            var (before, after) = (was.GetValueOrDefault(reference), becomes.GetValueOrDefault(reference));
            if (before != after) yield return new($"pins.{reference}", before?.ToString(), after?.ToString());
        }
        if (was.Keys.ToHashSet().SetEquals(becomes.Keys) && !old.Select(p => p.Reference).SequenceEqual(pins.Select(p => p.Reference)))
        {
            yield return new("pins", string.Join(", ", was.Keys), string.Join(", ", becomes.Keys));
        }
    }

    private List<FeaturePin> PinsOf(FeatureServiceDefinition service) =>
        [.. _after.FeaturesOf(service).Select(f => new FeaturePin(f.View, VersionOf(f.View), f.Feature, _after.Feature(f)!.Type, MeaningOf(f)))];

    private void AddLayouts()
    {
        var nextView = _state.AllLayouts.Select(l => l.ViewNumber).DefaultIfEmpty().Max() + 1;
        foreach (var view in _after.Definitions.FeatureViews.Where(v => v.Kind != "onDemand"))
        {
            var known = _state.LayoutsOf(view.Name);
            LayoutFeature[] columns = [.. view.Features.Select(f => Column(view.Name, f, known))];
            if (known is not null && known.Latest.Features.SequenceEqual(columns)) continue;
            _record.Layouts.Add(new()
            {
                View = view.Name,
                ViewNumber = known?.ViewNumber ?? nextView++,
                Number = (known?.All.Length ?? 0) + 1,
                ViewVersion = VersionOf(view.Name),
                Columns = [.. columns.Select(RecordOf)],
            });
        }
    }

    private LayoutFeature Column(string view, FeatureDefinition feature, ViewLayouts? known)
    {
        FeatureDataTypes.TryParse(feature.Type, out var type);
        return new(feature.Name, type, feature.Dimension, GenerationOf(new(view, feature.Name), known));
    }

    private int GenerationOf(FeatureReference feature, ViewLayouts? known)
    {
        var last = known?.All.LastOrDefault(l => l.Features.Any(f => f.Name == feature.Feature));
        if (last is null) return 1;
        // A feature that was away, alone or with its view, comes back as another one: nobody says that its old rows would still be right.
        var stayed = last == known!.Latest && _state.Describe(DefinitionKind.FeatureView, feature.View) is { IsDeleted: false };
        var generation = last.Features.First(f => f.Name == feature.Feature).Generation;
        return stayed && !_rewritten.Contains(feature) ? generation : generation + 1;
    }

    private static ColumnRecord RecordOf(LayoutFeature column) =>
        new() { Name = column.Name, Type = column.Type.Name(), Dimension = column.Dimension, Generation = column.Generation };

    private int VersionOf(string view) =>
        _newViewVersions.TryGetValue(view, out var version) ? version : _state.Describe(DefinitionKind.FeatureView, view)!.Latest.Version;

    private int MeaningOf(FeatureReference feature) => _state.MeaningOf(feature) + (_broken.Contains(feature) ? 1 : 0);
}
