using System.Collections.Immutable;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Features.Registry;

/// <summary>Everything that is registered at one revision. Immutable; readers hold one for as long as they need it to agree with itself.</summary>
public sealed class RegistryState
{
    /// <summary>A registry before its first change.</summary>
    internal static RegistryState Empty { get; } = new(
        [],
        ImmutableDictionary<(DefinitionKind, string), RegisteredObject>.Empty,
        ImmutableDictionary<string, ViewLayouts>.Empty.WithComparers(StringComparer.Ordinal),
        ImmutableDictionary<FeatureReference, int>.Empty);

    internal RegistryState(
        ImmutableArray<RegistryRevision> revisions, ImmutableDictionary<(DefinitionKind Kind, string Name), RegisteredObject> objects,
        ImmutableDictionary<string, ViewLayouts> layouts, ImmutableDictionary<FeatureReference, int> meanings)
    {
        Revisions = revisions;
        Objects = objects;
        Layouts = layouts;
        Meanings = meanings;
        Catalog = new DefinitionCatalog(FeatureDefinitions.From(
            objects.Values.Where(o => !o.IsDeleted).OrderBy(o => o.Name, StringComparer.Ordinal).Select(o => o.Latest.Definition)));
    }

    /// <summary>0 before the first change.</summary>
    public long Revision => Revisions.Length;

    /// <summary>Every change that was made, ascending.</summary>
    public ImmutableArray<RegistryRevision> Revisions { get; }

    /// <summary>What is defined now.</summary>
    public DefinitionCatalog Catalog { get; }

    internal ImmutableDictionary<(DefinitionKind Kind, string Name), RegisteredObject> Objects { get; }

    internal ImmutableDictionary<string, ViewLayouts> Layouts { get; }

    /// <summary>Of features that were ever broken; 1 for the others.</summary>
    internal ImmutableDictionary<FeatureReference, int> Meanings { get; }

    /// <summary>The objects of a kind by name, deleted ones left out.</summary>
    public IReadOnlyList<RegisteredObject> List(DefinitionKind kind) =>
        [.. Objects.Values.Where(o => o.Kind == kind && !o.IsDeleted).OrderBy(o => o.Name, StringComparer.Ordinal)];

    /// <summary>The object with all its versions, also of a deleted one; null where there never was one.</summary>
    public RegisteredObject? Describe(DefinitionKind kind, string name) => Objects.GetValueOrDefault((kind, name));

    /// <summary>The windows of a stream view that were added after it began and were not whole then; of any other view none.</summary>
    public IReadOnlyList<ViewWindow> WindowsOf(string view) => ViewWindows.Of(this, view);

    /// <summary>
    /// The number and the layouts of a stored view, also of a deleted one; null for an on-demand view and for one that never was.
    /// </summary>
    public ViewLayouts? LayoutsOf(string view) => Layouts.GetValueOrDefault(view);

    /// <summary>The layouts of every view that was ever stored, for readers of rows that only know a view's number.</summary>
    public IEnumerable<ViewLayouts> AllLayouts => Layouts.Values;

    /// <summary>How often a feature's meaning has begun anew; see <see cref="FeaturePin"/>.</summary>
    public int MeaningOf(FeatureReference feature) => Meanings.GetValueOrDefault(feature, 1);

    /// <summary>The features of a service version.</summary>
    /// <param name="version">0 for the latest.</param>
    /// <param name="refusal">What is wrong with the name or the version.</param>
    public ResolvedService? Resolve(string service, int version, out string refusal)
    {
        refusal = "";
        var found = Describe(DefinitionKind.FeatureService, service);
        if (found is null || found.IsDeleted)
        {
            refusal = found?.DeletedBy is { } by
                ? $"feature service is '{service}'; it was deleted by {by.Author} at {by.Time:O}: {by.Reason}"
                : $"feature service is '{service}'; there is none of that name{Catalog.Hint(DefinitionKind.FeatureService, service)}";
            return null;
        }
        if (version < 0 || version > found.Versions.Count)
        {
            refusal = $"version of feature service '{service}' is {version}; it must be 1 to {found.Versions.Count}, or 0 for the latest";
            return null;
        }
        var wanted = version == 0 ? found.Latest : found.Versions[version - 1];
        return new(service, wanted.Version, [.. wanted.Pins.Select(Resolve)]);
    }

    /// <summary>
    /// What served models read, for judging changes: features that still are what the model was trained on. One that no longer is, a further
    /// change does not break again; a model whose service version is unknown reads nothing here.
    /// </summary>
    internal IReadOnlyList<ServedFeatures> FeaturesOf(IEnumerable<ServedModel> served) =>
        [.. served.Select(model => new ServedFeatures(model, SoundFeaturesOf(model).ToHashSet()))];

    private IEnumerable<FeatureReference> SoundFeaturesOf(ServedModel model) =>
        from feature in Resolve(model.FeatureService, model.FeatureServiceVersion, out _)?.Features ?? []
        where feature.Problem is null
        select feature.Pin.Reference;

    private ResolvedFeature Resolve(FeaturePin pin)
    {
        var view = Catalog.View(pin.View);
        var feature = view is null ? null : Catalog.Feature(pin.Reference);
        var problem = view is null ? $"the feature view '{pin.View}' was deleted"
            : feature is null ? $"the feature view '{pin.View}' no longer has the feature '{pin.Feature}'"
            : MeaningOf(pin.Reference) != pin.Meaning ? $"'{pin.Reference}' was changed since in a way that is not compatible"
            : null;
        return new(pin, view, feature, problem);
    }
}
