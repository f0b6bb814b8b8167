namespace Appliance.Features.Backfill;

/// <summary>What came of something asked of a backfill.</summary>
public enum BackfillOutcome
{
    Ok,

    /// <summary>There is no such view.</summary>
    NotFound,

    /// <summary>The view, or this appliance, cannot be given history as it is.</summary>
    NotPossible,

    /// <summary>The view is being given history by another call.</summary>
    Busy,

    /// <summary>More events than ids are kept for.</summary>
    TooMany,

    /// <summary>The journal does not take it; what was acknowledged stays, and the backfill can be run again.</summary>
    Unavailable,
}
