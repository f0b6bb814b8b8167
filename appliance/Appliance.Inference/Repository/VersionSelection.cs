using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>Which versions of a model are to be loaded. Pure.</summary>
/// <param name="Desired">Ascending.</param>
/// <param name="Missing">Versions that the policy or a pin names and the repository does not have, ascending.</param>
public sealed record VersionSelection(IReadOnlyList<long> Desired, IReadOnlyList<long> Missing)
{
    /// <summary>
    /// What the policy takes of the available versions, and every pinned one besides: a pin holds whatever the policy says.
    /// </summary>
    public static VersionSelection Choose(ModelVersionPolicy policy, IEnumerable<long> available, IEnumerable<long> pinned)
    {
        var present = available.ToHashSet();
        IEnumerable<long> named = policy.PolicyChoiceCase == ModelVersionPolicy.PolicyChoiceOneofCase.Specific
            ? policy.Specific.Versions
            : [];
        IEnumerable<long> chosen = policy.PolicyChoiceCase switch
        {
            ModelVersionPolicy.PolicyChoiceOneofCase.All => present,
            ModelVersionPolicy.PolicyChoiceOneofCase.Specific => named,
            ModelVersionPolicy.PolicyChoiceOneofCase.Latest =>
                present.OrderDescending().Take((int)Math.Min(policy.Latest.NumVersions, int.MaxValue)),
            _ => present.OrderDescending().Take(1),
        };
        var wanted = chosen.Union(pinned).Order().ToList();
        return new([.. wanted.Where(present.Contains)], [.. wanted.Where(version => !present.Contains(version))]);
    }
}
