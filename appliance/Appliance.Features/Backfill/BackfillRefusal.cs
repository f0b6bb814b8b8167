namespace Appliance.Features.Backfill;

/// <summary>An event that was not taken. Immutable.</summary>
/// <param name="Index">Its place in what was given, from 0.</param>
/// <param name="Rule">A sentence that names the member, its value and the rule.</param>
public sealed record BackfillRefusal(int Index, string Rule);
