namespace FeatureModel.Definitions.Changes;

/// <summary>The verdict on one changed value, before it is known what depends on the features that it breaks.</summary>
internal sealed record FieldVerdict(bool IsBreaking, string Reason, IEnumerable<FeatureReference> Breaks)
{
    /// <summary>For what people read and nothing computes with.</summary>
    public static FieldVerdict Note { get; } = Compatible("no value depends on it");

    public static FieldVerdict Compatible(string reason) => new(false, reason, []);

    public static FieldVerdict Breaking(string reason, IEnumerable<FeatureReference> breaks) => new(true, reason, breaks);
}
