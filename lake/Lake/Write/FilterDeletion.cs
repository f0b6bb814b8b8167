using Lake.Commit;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;

namespace Lake.Write;

/// <summary>Works out the deletion of the rows of a filter, perhaps with others in their place. Immutable, thread-safe.</summary>
internal sealed class FilterDeletion(Filter filter, IReadOnlyList<DataFile> added, RowChangeRequest request)
{
    /// <summary>The change on one state of the table; null where no row matches and none comes.</summary>
    public async Task<TableChange?> WorkOutAsync(Table table, CancellationToken cancellation)
    {
        var properties = table.Metadata.Properties;
        var isolation = request.Isolation ?? RowChangeProperties.Isolation(properties);
        var head = table.Metadata.HeadOf(request.Branch);
        var bound = FilterBinder.Bind(filter, table.Schema);
        var deletion = new RowDeletion(table, new FileRows(table, table.Schema), request.Mode ?? RowChangeProperties.Mode(properties, RowChangeProperties.DeleteMode));
        var (whole, marked) = (new List<FileScanTask>(), new List<MarkedFile>());
        foreach (var task in (await ScanPlanner.PlanAsync(table, head, bound, cancellation)).Tasks)
        {
            if (task.Filter is BoundFilter.Constant { Value: true }) whole.Add(task);
            else if (await deletion.MarkAsync(task, cancellation) is { } file) marked.Add(file);
        }
        if (whole.Count + marked.Count + added.Count == 0) return null;
        var change = new TableChange { Operation = SnapshotOperation.Overwrite };
        await deletion.AddAsync(change, whole, marked, cancellation);
        change.Added.AddRange(added);
        // A snapshot that adds no data files only deletes, whatever else it writes.
        if (!change.Added.Exists(f => f.Content == FileContent.Data)) change.Operation = SnapshotOperation.Delete;
        (change.IsBased, change.BasedOn, change.Branch) = (true, head?.SnapshotId, request.Branch);
        change.NoneAddedWhere = isolation == WriteIsolation.Serializable ? bound : null;
        foreach (var (name, value) in request.Properties) change.Properties[name] = value;
        return change;
    }
}
