using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Features.Registry;

/// <summary>One version of an object, as it was registered. Immutable: the definition is not to be changed.</summary>
/// <param name="Version">From 1, for each object by itself.</param>
/// <param name="CanonicalJson">The definition's one text; its SHA-256 is <paramref name="Sha256"/>.</param>
/// <param name="Revision">The registry's revision that brought it.</param>
/// <param name="Diff">What differs from the version before; empty for the first.</param>
/// <param name="Pins">For a feature service: the features that it names, as they were then; else empty.</param>
public sealed record RegisteredVersion(
    int Version, NamedDefinition Definition, string CanonicalJson, string Sha256, RegistryRevision Revision, IReadOnlyList<FieldChange> Diff,
    IReadOnlyList<FeaturePin> Pins);
