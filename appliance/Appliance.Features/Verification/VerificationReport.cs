namespace Appliance.Features.Verification;

/// <summary>What a verification found. Immutable once it is given out.</summary>
/// <param name="Samples">Samples that were looked at.</param>
/// <param name="LeftOut">Older samples that were not, because there are more than a replay keeps in memory.</param>
/// <param name="Events">Events of the journal that were read.</param>
/// <param name="Features">By model and feature.</param>
public sealed record VerificationReport(long Samples, long LeftOut, long Events, IReadOnlyList<FeatureTally> Features)
{
    public long Compared => Features.Sum(f => f.Compared);

    public long Mismatched => Features.Sum(f => f.Mismatched);

    public long Unverifiable => Features.Sum(f => f.Unverifiable);
}
