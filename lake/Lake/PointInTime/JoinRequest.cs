using FeatureModel.Definitions;

namespace Lake.PointInTime;

/// <summary>What a point-in-time join is to give. Immutable.</summary>
/// <param name="Spine">Rows with the entities' join keys, a time, and any other columns, which are carried through.</param>
/// <param name="Features">The features, in the order of their columns.</param>
public sealed record JoinRequest(JoinSpine Spine, IReadOnlyList<FeatureReference> Features)
{
    /// <summary>The spine's column of each row's moment; a time without a zone counts as UTC.</summary>
    public string TimeColumn { get; init; } = "event_timestamp";

    /// <summary>Where the history of a source lies, by the source's name. One that is not named here has it in the table of its <c>path</c>.</summary>
    public IReadOnlyDictionary<string, TableAt> Histories { get; init; } = new Dictionary<string, TableAt>();

    /// <summary>Views under other names, whose join keys stand in other columns of the spine; features name them by the alias.</summary>
    public IReadOnlyDictionary<string, ViewAlias> Aliases { get; init; } = new Dictionary<string, ViewAlias>();

    /// <summary>
    /// Whether rows of history count only from their created time on, as what was made later was not known then. Rows of sources without a created time count from
    /// their event time on; where the created time is null, the row never counts.
    /// </summary>
    public bool CreatedByThen { get; init; }

    /// <summary>Whether values that are older than their view's TTL stay, as the online store serves them. Else they are null, as in Feast's training sets.</summary>
    public bool KeepsStale { get; init; }

    /// <summary>Whether columns are called <c>feature</c>, not <c>view__feature</c>.</summary>
    public bool ShortNames { get; init; }

    /// <summary>Whether each stored view has columns <c>view__event_timestamp</c> and <c>view__status</c> (PRESENT, OUTSIDE_MAX_AGE, NOT_FOUND) behind the features.</summary>
    public bool WithStatus { get; init; }
}
