using FeatureModel.Definitions;

namespace Appliance.Features.Registry;

/// <summary>An object with all the versions that it ever had. Immutable.</summary>
/// <param name="Versions">Ascending from 1, at least one.</param>
/// <param name="DeletedBy">The revision that deleted it; null while it is there. Declared again, it goes on counting versions.</param>
public sealed record RegisteredObject(DefinitionKind Kind, string Name, IReadOnlyList<RegisteredVersion> Versions, RegistryRevision? DeletedBy)
{
    /// <summary>The first version since it was declared, or declared again after a deletion.</summary>
    public int BornAt { get; init; } = 1;

    public RegisteredVersion Latest => Versions[^1];
    public bool IsDeleted => DeletedBy is not null;
}
