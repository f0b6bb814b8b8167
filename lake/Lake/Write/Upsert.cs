using Lake.Commit;
using Lake.Expressions;
using Lake.Keys;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Types;

namespace Lake.Write;

/// <summary>Works out which rows an upsert's new ones take the place of. Used by one thread.</summary>
/// <param name="added">Files of the new rows.</param>
/// <param name="ids">Field ids of the key.</param>
/// <param name="request">How.</param>
internal sealed class Upsert(IReadOnlyList<DataFile> added, IReadOnlyList<int> ids, RowChangeRequest request)
{
    private UpsertKeys? _input;
    private int _schemaId;
    private (KeySet Keys, long? Next)? _first;

    /// <summary>The change on one state of the table.</summary>
    public async Task<TableChange?> WorkOutAsync(Table table, CancellationToken cancellation)
    {
        // Another try has the same keys, unless their columns were changed meanwhile.
        if (_schemaId != table.Schema.SchemaId) _input = null;
        if (_input is null) (_input, _schemaId, _first) = (new UpsertKeys(table, added, ids), table.Schema.SchemaId, null);
        var input = _input;
        _first ??= await input.LoadAsync(0, request.MaxKeyBytes, cancellation);
        var head = table.Metadata.HeadOf(request.Branch);
        var range = await input.RangeAsync(cancellation);
        var rows = new FileRows(table, table.Schema);
        var plan = await ScanPlanner.PlanAsync(table, head, range, cancellation);
        var files = plan.Tasks.ToDictionary(t => t.File.Path, t => (MarkedFile?)null, StringComparer.Ordinal);
        for (var part = _first; part is var (keys, next); part = next is { } first ? await input.LoadAsync(first, request.MaxKeyBytes, cancellation) : null)
        {
            foreach (var task in plan.Tasks) files[task.File.Path] = await MarkAsync(rows, task, input.Columns, keys, files[task.File.Path], cancellation);
        }
        var change = new TableChange { Operation = SnapshotOperation.Append, IsBased = true, BasedOn = head?.SnapshotId, Branch = request.Branch, NoneAddedWhere = range };
        var mode = request.Mode ?? RowChangeProperties.Mode(table.Metadata.Properties, RowChangeProperties.MergeMode);
        await new RowDeletion(table, rows, mode).AddAsync(change, [], [.. files.Values.OfType<MarkedFile>()], cancellation);
        if (change.Added.Count + change.Removed.Count > 0) change.Operation = SnapshotOperation.Overwrite;
        change.Added.AddRange(added);
        foreach (var (name, value) in request.Properties) change.Properties[name] = value;
        return change;
    }

    private async Task<MarkedFile?> MarkAsync(FileRows rows, FileScanTask task, IReadOnlyList<NestedField> columns, KeySet keys, MarkedFile? marked, CancellationToken cancellation)
    {
        var encoder = new KeyEncoder(columns, ids);
        var alive = 0L;
        await foreach (var (batch, position, staying) in rows.ReadAsync(task with { Filter = new BoundFilter.Constant(true) }, columns, cancellation))
        {
            using (batch)
            {
                encoder.Bind(batch);
                var count = staying?.Length ?? batch.Length;
                for (var i = 0; i < count; i++)
                {
                    var row = staying?[i] ?? i;
                    if (keys.Contains(encoder.Key(row, out _))) (marked ??= new MarkedFile(task)).Mark(position + row);
                }
                alive += count;
            }
        }
        if (marked is not null) marked.Alive = alive;
        return marked;
    }
}
