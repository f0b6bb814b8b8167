using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Features.Registry;

/// <summary>What a change would do.</summary>
/// <param name="Revision">The revision that it starts from.</param>
/// <param name="Errors">Everything that is wrong; where there are any, the rest is empty.</param>
/// <param name="Changes">Objects added, changed and removed.</param>
/// <param name="Verdicts">One for each of their changes.</param>
/// <param name="NewVersions">The versions that it would make, those of services that only their features' changes renew among them.</param>
public sealed record RegistryPlan(
    long Revision, IReadOnlyList<DefinitionError> Errors, IReadOnlyList<DefinitionChange> Changes, IReadOnlyList<ChangeVerdict> Verdicts,
    IReadOnlyList<NewVersion> NewVersions)
{
    /// <summary>Windows that it adds to views which count already: each lacks what happened before.</summary>
    public IReadOnlyList<ViewWindow> AddedWindows { get; init; } = [];

    /// <summary>The served models that it would break; a plan that breaks any is not applied.</summary>
    public IReadOnlyList<ServedModel> BrokenModels => [.. Verdicts.SelectMany(v => v.Models).Distinct()];

    public bool IsBreaking => Verdicts.Any(v => v.IsBreaking);
}
