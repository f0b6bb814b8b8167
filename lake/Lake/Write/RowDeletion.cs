using Lake.Columns;
using Lake.Commit;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Scan;
using Lake.Types;

namespace Lake.Write;

/// <summary>Makes deleted rows a change of files: some go as a whole, others are written anew or get delete files. One try of a commit; used by one thread.</summary>
/// <param name="table">The table that the rows were found in.</param>
/// <param name="rows">Reads its files.</param>
/// <param name="mode">What becomes of files that keep rows.</param>
internal sealed class RowDeletion(Table table, FileRows rows, RowDeleteMode mode)
{
    private static readonly BoundFilter EveryRow = new BoundFilter.Constant(true);

    /// <summary>Finds the rows of a filter in one file; null where none matches.</summary>
    public async Task<MarkedFile?> MarkAsync(FileScanTask task, CancellationToken cancellation)
    {
        MarkedFile? marked = null;
        var columns = task.Filter.FieldIds().Select(Column).Distinct().ToList();
        await foreach (var (batch, position, matches) in rows.ReadAsync(task, columns, cancellation))
        {
            using (batch)
            {
                var count = matches?.Length ?? batch.Length;
                for (var i = 0; i < count; i++) (marked ??= new MarkedFile(task)).Mark(position + (matches?[i] ?? i));
            }
        }
        if (marked is null) return null;
        // Where earlier deletes took rows, those that are left are counted by reading: a file of which none stays goes as a whole.
        marked.Alive = task.Deletes.Count == 0 ? task.File.RecordCount : await AliveAsync(task, columns, cancellation);
        return marked;
    }

    /// <summary>Adds the deletion of the rows to a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="whole">Files of which no row stays.</param>
    /// <param name="marked">Files with the rows that go.</param>
    /// <param name="cancellation">Ends it; what was written by then is deleted.</param>
    public async Task AddAsync(TableChange change, IEnumerable<FileScanTask> whole, IReadOnlyList<MarkedFile> marked, CancellationToken cancellation)
    {
        foreach (var task in whole.Concat(marked.Where(m => m.IsWhole).Select(m => m.Task))) Remove(change, task);
        var partly = marked.Where(m => !m.IsWhole).ToList();
        if (partly.Count == 0) return;
        if (mode == RowDeleteMode.MergeOnRead)
        {
            if (table.Metadata.FormatVersion > 2) throw new LakeFormatException($"table {table.Name} is of format version {table.Metadata.FormatVersion}, which takes no new position deletes; change its rows by copy-on-write");
            change.Added.AddRange(await new PositionDeleteWriter(table, WriteOptions.Of(table)).WriteAsync(partly, cancellation));
            change.MustStay.UnionWith(partly.Select(m => m.Task.File.Path));
            return;
        }
        change.Added.AddRange(await RewriteAsync(partly, cancellation));
        foreach (var file in partly) Remove(change, file.Task);
    }

    private async Task<IReadOnlyList<DataFile>> RewriteAsync(List<MarkedFile> files, CancellationToken cancellation)
    {
        await using var writer = new TableWriter(table);
        foreach (var file in files)
        {
            await foreach (var (batch, position, staying) in rows.ReadAsync(file.Task with { Filter = EveryRow }, table.Schema.Fields, cancellation))
            {
                using (batch)
                {
                    var kept = (staying ?? Enumerable.Range(0, batch.Length)).Where(i => !file.IsMarked(position + i)).ToArray();
                    if (kept.Length > 0) await writer.WriteAsync(kept.Length == batch.Length ? batch : ArrowTake.Take(batch, kept), cancellation);
                }
            }
        }
        return await writer.FinishAsync(cancellation);
    }

    private async Task<long> AliveAsync(FileScanTask task, IReadOnlyList<NestedField> columns, CancellationToken cancellation)
    {
        var alive = 0L;
        await foreach (var (batch, _, staying) in rows.ReadAsync(task with { Filter = EveryRow }, columns, cancellation))
        {
            using (batch) alive += staying?.Length ?? batch.Length;
        }
        return alive;
    }

    // Position deletes about the file alone go with it; those of several stay for the others.
    internal static void Remove(TableChange change, FileScanTask task)
    {
        change.Removed.Add(task.File);
        change.Removed.AddRange(task.Deletes.Where(d => d.Content == FileContent.PositionDeletes && PositionDeletes.OnlyFile(d) == task.File.Path));
    }

    private NestedField Column(int fieldId)
    {
        var id = fieldId;
        while (table.Schema.Parent(id) is { } parent) id = parent.Id;
        return table.Schema.Find(id)!;
    }
}
