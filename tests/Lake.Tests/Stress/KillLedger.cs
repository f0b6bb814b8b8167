using System.Collections.Concurrent;
using System.Globalization;
using Lake.Stress;
using Lake.Tests.Tables;

namespace Lake.Tests.Stress;

/// <summary>What processes said that they committed, against what a reader sees. Thread-safe.</summary>
internal sealed class KillLedger
{
    private readonly ConcurrentDictionary<long, bool> _added = [];
    private readonly ConcurrentDictionary<long, bool> _deleting = [];
    private readonly ConcurrentDictionary<long, bool> _deleted = [];

    /// <summary>Batches that were acknowledged.</summary>
    public int Added => _added.Count;

    /// <summary>A line of a process: <c>added 7</c>.</summary>
    public void Add(string line)
    {
        var parts = line.Split(' ');
        if (parts is not [("added" or "deleting" or "deleted"), _]) return;
        var batch = long.Parse(parts[1], CultureInfo.InvariantCulture);
        (parts[0] switch { "added" => _added, "deleting" => _deleting, _ => _deleted })[batch] = true;
    }

    /// <summary>The batches of a table, each of which must be whole and there once.</summary>
    public async Task<HashSet<long>> ReadAsync(Table table)
    {
        var rows = await LakeBed.ReadAsync(table);
        Assert.Equal(rows.Count, rows.Select(r => (long)r[0]!).Distinct().Count());
        var batches = rows.GroupBy(r => (long)r[1]!).ToDictionary(g => g.Key, g => g.Count());
        Assert.All(batches, b => Assert.Equal(Bench.BatchRows, b.Value));
        return [.. batches.Keys];
    }

    /// <summary>Checks that what was acknowledged is what a table has.</summary>
    /// <param name="table">The table.</param>
    /// <param name="what">What was done, for the failure.</param>
    public async Task CheckAsync(Table table, string what)
    {
        var seen = await ReadAsync(table);
        Assert.True(Lost(seen) is [], $"{what}: acknowledged batches {string.Join(", ", Lost(seen))} are not there");
        Assert.True(CameBack(seen) is [], $"{what}: deleted batches {string.Join(", ", CameBack(seen))} are there");
    }

    /// <summary>Batches that were acknowledged, that no one set out to delete, and that are not there.</summary>
    public IReadOnlyList<long> Lost(HashSet<long> seen) => [.. _added.Keys.Where(b => !_deleting.ContainsKey(b) && !seen.Contains(b)).Order()];

    /// <summary>Batches whose deletion was acknowledged and that are there.</summary>
    public IReadOnlyList<long> CameBack(HashSet<long> seen) => [.. _deleted.Keys.Where(seen.Contains).Order()];
}
