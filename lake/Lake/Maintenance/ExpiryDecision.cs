namespace Lake.Maintenance;

/// <summary>What an expiry takes out of a table's metadata. Immutable.</summary>
/// <param name="Snapshots">Ids of snapshots that go.</param>
/// <param name="Refs">Branches and tags that go.</param>
internal sealed record ExpiryDecision(IReadOnlySet<long> Snapshots, IReadOnlyList<string> Refs)
{
    public bool IsNothing => Snapshots.Count == 0 && Refs.Count == 0;
}
