namespace Appliance.Features.Store;

/// <summary>Decides how long the writing of the log rests after a piece, so that the disk and the processor are others' in between. Pure.</summary>
/// <param name="within">Time that rests may stretch the writing of what waits to.</param>
/// <param name="restShare">Rest to time of writing at most: what a slow disk is left to others.</param>
internal sealed class WritePacePolicy(TimeSpan within, double restShare)
{
    /// <summary>The rest after a piece.</summary>
    /// <param name="took">What writing it took.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="backlog">The most bytes that have waited since none did: rests are shorter the more there are.</param>
    public TimeSpan RestAfter(TimeSpan took, long bytes, long backlog)
    {
        var fair = took * restShare;
        var due = within * ((double)bytes / Math.Max(bytes, backlog));
        return fair < due ? fair : due;
    }
}
