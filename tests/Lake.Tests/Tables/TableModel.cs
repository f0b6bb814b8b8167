using System.Globalization;
using Lake.Types;

namespace Lake.Tests.Tables;

/// <summary>What a table is to hold, in plain memory: rows as values by field id, and the same of every snapshot.</summary>
internal sealed class TableModel
{
    private readonly Dictionary<long, (List<Dictionary<int, object?>> Rows, IReadOnlyList<NestedField> Columns)> _snapshots = [];

    public List<Dictionary<int, object?>> Rows { get; private set; } = [];

    public IEnumerable<long> Snapshots => _snapshots.Keys;

    public void Add(IReadOnlyList<NestedField> columns, IEnumerable<object?[]> rows)
    {
        foreach (var row in rows) Rows.Add(columns.Select((c, i) => (c.Id, Value: row[i])).ToDictionary(p => p.Id, p => p.Value));
    }

    /// <summary>Takes the rows away for which the condition is true; unknown is not.</summary>
    public int Remove(Func<Dictionary<int, object?>, bool?> condition) => Rows.RemoveAll(r => condition(r) == true);

    /// <summary>Remembers the rows as those of the table's snapshots that are new.</summary>
    public void Commit(Table table)
    {
        foreach (var snapshot in table.Metadata.Snapshots) _snapshots.TryAdd(snapshot.SnapshotId, ([.. Rows], table.Schema.Fields));
    }

    public List<string> Lines(IReadOnlyList<NestedField> columns) => Lines(Rows, columns);

    public List<string> LinesOf(long snapshotId) => Lines(_snapshots[snapshotId].Rows, _snapshots[snapshotId].Columns);

    /// <summary>Rows as texts in an order of their own: equal where the same rows are there as often.</summary>
    public static List<string> Lines(IEnumerable<object?[]> rows) => [.. rows.Select(Line).Order(StringComparer.Ordinal)];

    private static List<string> Lines(IEnumerable<Dictionary<int, object?>> rows, IReadOnlyList<NestedField> columns) => Lines(rows.Select(r => columns.Select(c => r.GetValueOrDefault(c.Id)).ToArray()));

    private static string Line(object?[] row) => string.Join('|', row.Select(v => v is null ? "~" : Convert.ToString(v, CultureInfo.InvariantCulture)));
}
