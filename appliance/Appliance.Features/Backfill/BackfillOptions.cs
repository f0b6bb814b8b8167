namespace Appliance.Features.Backfill;

/// <summary>Settings of bringing history into stream views.</summary>
public sealed class BackfillOptions
{
    /// <summary>
    /// Event ids that a backfill compares with at most: those of its source since the view's start, and its own. 10,000,000 take some 400 MB while the
    /// backfill runs.
    /// </summary>
    public int MaxIds { get; set; } = 10_000_000;

    /// <summary>How long a backfill waits for the event loop to take a view up that was just declared. 30 s: the loop may be busy with a page, or with a slow disk.</summary>
    public TimeSpan StartPatience { get; set; } = TimeSpan.FromSeconds(30);
}
