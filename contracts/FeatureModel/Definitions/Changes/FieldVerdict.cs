namespace FeatureModel.Definitions.Changes;

/// <summary>The verdict on one changed value, before it is known what depends on the features that it breaks.</summary>
/// <param name="KeepsRows">Whether stored rows still hold what the broken features are made of.</param>
internal sealed record FieldVerdict(bool IsBreaking, string Reason, IEnumerable<FeatureReference> Breaks, bool KeepsRows)
{
    /// <summary>For what people read and nothing computes with.</summary>
    public static FieldVerdict Note { get; } = Compatible("no value depends on it");

    public static FieldVerdict Compatible(string reason) => new(false, reason, [], KeepsRows: true);

    public static FieldVerdict Breaking(string reason, IEnumerable<FeatureReference> breaks) => new(true, reason, breaks, KeepsRows: false);

    /// <summary>Breaking for those who read, while the values in the store stay what they are.</summary>
    public static FieldVerdict BreakingReaders(string reason, IEnumerable<FeatureReference> breaks) => new(true, reason, breaks, KeepsRows: true);
}
