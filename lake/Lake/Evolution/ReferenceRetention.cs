using System.Globalization;
using Lake.Metadata;

namespace Lake.Evolution;

/// <summary>What snapshot expiry is to keep of a branch or tag. Null for the table's own settings.</summary>
public sealed record ReferenceRetention
{
    /// <summary>Snapshots of a branch to keep at least.</summary>
    public int? MinSnapshotsToKeep { get; init; }

    /// <summary>Age from which snapshots of a branch may go.</summary>
    public TimeSpan? MaxSnapshotAge { get; init; }

    /// <summary>Age of its snapshot from which the name itself may go.</summary>
    public TimeSpan? MaxReferenceAge { get; init; }

    internal SnapshotRef On(string name, SnapshotRef reference)
    {
        if (!reference.IsBranch && (MinSnapshotsToKeep is not null || MaxSnapshotAge is not null)) throw new TableShapeException($"'{name}' is a tag; it keeps its one snapshot, and MaxReferenceAge is all that it can have");
        if (MinSnapshotsToKeep is < 1) throw new TableShapeException($"MinSnapshotsToKeep of '{name}' is {MinSnapshotsToKeep}; it must be 1 or above");
        return reference with
        {
            MinSnapshotsToKeep = MinSnapshotsToKeep,
            MaxSnapshotAgeMs = Milliseconds(name, nameof(MaxSnapshotAge), MaxSnapshotAge),
            // The main branch stays whatever its age.
            MaxRefAgeMs = name == SnapshotRef.Main && MaxReferenceAge is not null ? throw new TableShapeException("MaxReferenceAge is set for 'main'; the main branch never goes") : Milliseconds(name, nameof(MaxReferenceAge), MaxReferenceAge),
        };
    }

    private static long? Milliseconds(string name, string field, TimeSpan? age)
    {
        if (age is not { } given) return null;
        return given >= TimeSpan.FromMilliseconds(1) ? (long)given.TotalMilliseconds : throw new TableShapeException(string.Create(CultureInfo.InvariantCulture, $"{field} of '{name}' is {given}; it must be 1 ms or above"));
    }
}
