using System.Globalization;
using Lake.Metadata;

namespace Lake.Scan;

/// <summary>Says what to do about a table's file that is damaged or gone: which snapshot needs it, and which one can be gone back to. Stateless.</summary>
internal static class Damage
{
    /// <summary>Snapshots that are looked at on the way back. 100: what a table of a commit a quarter of an hour has of one day.</summary>
    private const int MaxSnapshots = 100;

    /// <summary>Does something that reads a table's files.</summary>
    /// <param name="table">The table.</param>
    /// <param name="work">What is done.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <param name="outcome">What else is told: what became of the work.</param>
    /// <exception cref="LakeFormatException">A file is damaged or gone; the message names it, says which snapshot needs it and what to do.</exception>
    public static async Task<T> ToldAsync<T>(Table table, Func<Task<T>> work, CancellationToken cancellation, string? outcome = null)
    {
        try
        {
            return await work();
        }
        catch (LakeFormatException e) when (e is { Location: not null, HasAdvice: false })
        {
            throw await ToldAsync(table, e, e.Location, outcome, cancellation);
        }
        catch (FileNotFoundException e) when (e.FileName is not null)
        {
            throw await ToldAsync(table, e, e.FileName, outcome, cancellation);
        }
    }

    /// <inheritdoc cref="ToldAsync{T}(Table, Func{Task{T}}, CancellationToken, string?)"/>
    public static Task ToldAsync(Table table, Func<Task> work, CancellationToken cancellation) => ToldAsync(
        table,
        async () =>
        {
            await work();
            return true;
        },
        cancellation);

    private static async Task<LakeFormatException> ToldAsync(Table table, Exception damage, string location, string? outcome, CancellationToken cancellation)
    {
        string advice;
        try
        {
            advice = await AdviceAsync(await table.RefreshAsync(cancellation), location, damage is FileNotFoundException, cancellation);
        }
        catch (Exception e) when (e is LakeFormatException or IOException)
        {
            advice = $"What to do about it cannot be told, as the table cannot be looked at: {e.Message}";
        }
        return new LakeFormatException($"{damage.Message.TrimEnd('.')}. {advice}{(outcome is null ? "" : $". {outcome}")}", damage) { Location = location, HasAdvice = true };
    }

    private static async Task<string> AdviceAsync(Table table, string location, bool isGone, CancellationToken cancellation)
    {
        var metadata = table.Metadata;
        var history = metadata.CurrentSnapshotId is { } head ? metadata.Ancestors(head).ToList() : [];
        var search = new DamageSearch(table.Storage, metadata, location);
        var (needing, whole, state) = ((Snapshot?)null, (Snapshot?)null, SnapshotState.Broken);
        // Newest first; then those of other branches, to which the main branch cannot go back.
        var others = metadata.Snapshots.Except(history).OrderByDescending(s => s.SequenceNumber);
        foreach (var (snapshot, place) in history.Concat(others).Take(MaxSnapshots).Select((s, i) => (s, i)))
        {
            var found = await search.StateAsync(snapshot, cancellation);
            if (found == SnapshotState.Needs) needing ??= snapshot;
            if (whole is null && place < history.Count && found is SnapshotState.Whole or SnapshotState.SeemsWhole) (whole, state) = (snapshot, found);
            if (needing is not null && (whole is not null || place >= history.Count)) break;
        }
        if (needing is null)
        {
            return isGone && search.IsComplete && metadata.Snapshots.Count <= MaxSnapshots
                ? $"No snapshot of table {table.Name} needs it any more: it was removed after this began; do it again"
                : $"It is of table {table.Name}, of a snapshot that was not found; bring it back from a copy";
        }
        var need = Text($"Snapshot {needing.SnapshotId} of table {table.Name}, made {Time(needing)}, needs this {search.Kind}.");
        if (whole is null) return $"{need} No older snapshot that was looked at is whole without it: bring it back from a copy";
        var without = state == SnapshotState.Whole ? "does not need it and has all its files" : "does not need it; not all of its files were looked for";
        return whole.SnapshotId == metadata.CurrentSnapshotId
            ? Text($"{need} Bring it back from a copy, or read another snapshot: the current one, {whole.SnapshotId}, {without}")
            : Text($"{need} Bring it back from a copy, or go back to snapshot {whole.SnapshotId}, made {Time(whole)}, which {without}: lake rollback {table.Name} --to {whole.SnapshotId}");
    }

    private static string Time(Snapshot snapshot) => DateTimeOffset.FromUnixTimeMilliseconds(snapshot.TimestampMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
