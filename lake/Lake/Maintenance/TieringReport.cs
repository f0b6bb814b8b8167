namespace Lake.Maintenance;

/// <summary>What a move between tiers did, or would do. Immutable.</summary>
/// <param name="Moves">The files that move.</param>
/// <param name="BytesAfter">Bytes that they have in their new tiers; 0 for a plan.</param>
/// <param name="Commits">Commits that moved them; 0 for a plan.</param>
public sealed record TieringReport(IReadOnlyList<TierMove> Moves, long BytesAfter, int Commits)
{
    /// <summary>Bytes that they had.</summary>
    public long BytesBefore => Moves.Sum(m => m.Bytes);
}
