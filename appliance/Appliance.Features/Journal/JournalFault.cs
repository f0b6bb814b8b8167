namespace Appliance.Features.Journal;

/// <summary>What is wrong with the journal's disk. Immutable.</summary>
/// <param name="Outcome">DiskFull or DiskFailed.</param>
/// <param name="Reason">The system's own words.</param>
public sealed record JournalFault(JournalOutcome Outcome, string Reason)
{
    // ENOSPC and EDQUOT of Linux, which the runtime hands on as the HResult.
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    internal static JournalFault Of(Exception error) => new(
        error is IOException && error.HResult is NoSpaceLeft or QuotaExceeded ? JournalOutcome.DiskFull : JournalOutcome.DiskFailed, error.Message);
}
