namespace Appliance.Features.Journal;

/// <summary>A place in the journal where acknowledged records are damaged or missing. Immutable.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="NextPosition">Where the next whole record may be read.</param>
public sealed record JournalDamage(long Position, long NextPosition, string Reason);
