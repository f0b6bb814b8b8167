namespace Appliance.Features.Backfill;

/// <summary>How far a backfill has come. Immutable.</summary>
/// <param name="Read">Events that were given.</param>
/// <param name="Appended">Those that the view did not have: in the journal now, on the disk, or in a dry run those that would be.</param>
/// <param name="AlreadyThere">Those that the view had, from the stream or from history.</param>
/// <param name="PassedOver">Those that happened at or after the moment until which history was asked for.</param>
/// <param name="Refused">Those that can never be applied.</param>
public sealed record BackfillCounts(long Read, long Appended, long AlreadyThere, long PassedOver, long Refused);
