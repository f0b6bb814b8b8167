using Lake.Catalog;
using Lake.Query;

namespace Lake.Maintenance;

/// <summary>
/// Brings what queries read in lower tiers back to the first one, for <see cref="TieringOptions.RestoreOnRead"/>: after the query, by a commit like that of any move, so that readers and writers see the same rows
/// all along. Thread-safe, stateless.
/// </summary>
/// <param name="catalog">The tables' catalog.</param>
/// <param name="options">The tiers; copied here.</param>
/// <param name="clock">What time it is.</param>
/// <exception cref="ArgumentException">A setting is wrong.</exception>
public sealed class ReadRestore(ICatalog catalog, TieringOptions options, TimeProvider clock)
{
    private readonly TieringOptions _options = TieringOptionsValidator.Check(options) is { Count: > 0 } errors ? throw new ArgumentException(string.Join("; ", errors), nameof(options)) : options;

    /// <summary>Moves the files. What queries read of older snapshots alone stays where it is, as do all files where the setting is 0.</summary>
    /// <param name="reads">What was read.</param>
    /// <param name="cancellation">Ends it; tables are whole at every moment.</param>
    /// <returns>Of each table of which files moved, what did.</returns>
    /// <exception cref="Commit.CommitConflictException">Others were faster each time.</exception>
    /// <exception cref="IOException">The storage refused it; what has moved stays so.</exception>
    public async Task<IReadOnlyList<(TableName Table, TieringReport Report)>> RunAsync(IReadOnlyList<QueryRead> reads, CancellationToken cancellation)
    {
        var moved = new List<(TableName, TieringReport)>();
        if (_options.RestoreOnRead == TimeSpan.Zero) return moved;
        foreach (var group in reads.GroupBy(r => r.Table))
        {
            var paths = group.SelectMany(r => r.Paths).ToHashSet(StringComparer.Ordinal);
            if (paths.Count == 0 || await Table.LoadAsync(catalog, group.Key, clock, cancellation) is not { } table) continue;
            var folders = new TierFolders(table, _options);
            // Most queries read nothing of the kind, and end here.
            if (paths.All(p => folders.TierOf(p) == 0)) continue;
            var report = await new Tiering(table, _options, clock).RestoreAsync(paths, _options.RestoreOnRead, cancellation);
            if (report.Moves.Count > 0) moved.Add((group.Key, report));
        }
        return moved;
    }
}
