using System.Collections.Concurrent;
using Apache.Arrow;
using Lake.Catalog;
using Lake.Scan;
using Lake.Storage;
using Lake.Types;

namespace Lake.Query;

/// <summary>Finds the tables that a query names and makes what the engine reads in their place. Used by one query.</summary>
/// <param name="catalog">Where the tables are.</param>
/// <param name="clock">The time.</param>
/// <param name="run">The query.</param>
/// <param name="files">Local Parquet files that it may name beside tables, whose rows it then sees in the order in which they were written; null for none, in any order.</param>
internal sealed class QueryTables(ICatalog catalog, TimeProvider clock, QueryRun run, IReadOnlyDictionary<string, string>? files)
{
    /// <summary>Files that are brought from a remote storage at once. 8: hides some of the latency of each.</summary>
    private const int FilesAtOnce = 8;

    /// <summary>Names of the columns that the query may read.</summary>
    public required NamedColumns Columns { get; init; }

    /// <summary>Files that are checked at once.</summary>
    public required int Threads { get; init; }

    // One version of each table for the whole query.
    private readonly Dictionary<TableName, Table> _loaded = [];
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _shapes = new(StringComparer.Ordinal);
    private readonly List<string> _listings = [];
    private IReadOnlyList<TableName>? _names;

    /// <summary>Local files that list metadata, or were given.</summary>
    public IReadOnlyList<string> ListingPaths => _listings;

    /// <summary>The query in a table's place, and the files of the local disk that it reads; no table where it names one of the given files.</summary>
    /// <exception cref="QueryException">There is no such table.</exception>
    public async Task<((string Sql, IReadOnlyList<LocalFile> Files) View, QueryRead? Read)> ReadAsync(TableReference reference, CancellationToken cancellation)
    {
        if (reference.Namespace.Length == 0 && files is not null && files.TryGetValue(reference.Name, out var given))
        {
            _listings.Add(given);
            return (($"SELECT * FROM read_parquet({DuckText.List([given])}, {TableView.AsWritten})", []), null);
        }
        var parts = reference.Name.Split('$', 2);
        var table = await FindAsync(reference.Namespace, parts[0], cancellation);
        if (parts.Length == 2) return (await ListAsync(table, parts[1], reference, cancellation), new QueryRead(table.Name, null, 0, 0, 0));
        var request = reference.Request();
        var (snapshot, schema) = SnapshotChoice.Of(table.Metadata, request);
        var plan = await TableScan.Of(table, request with { Filter = WhereFilter.Of(reference, schema) }).PlanAsync(cancellation);
        var opened = await Damage.ToldAsync(table, () => OpenAsync(table.Storage, plan, cancellation), cancellation);
        try
        {
            await Damage.ToldAsync(table, () => CheckAsync(plan, schema, cancellation), cancellation);
            await ReadShapesAsync(plan);
            var view = new TableView(table.Metadata, schema, _paths, _shapes);
            var sql = files is null ? view.Sql(plan.Tasks) : view.SqlInOrder(plan.Tasks);
            return ((sql, opened), new QueryRead(table.Name, snapshot?.SnapshotId, plan.Tasks.Count, plan.FilesSkipped, plan.ManifestsSkipped) { Paths = [.. plan.Tasks.Select(t => t.File.Path)] });
        }
        catch
        {
            foreach (var file in opened) file.Dispose();
            throw;
        }
    }

    private async Task<Table> FindAsync(string ns, string name, CancellationToken cancellation)
    {
        var asked = ns.Length == 0 ? name : $"{ns}.{name}";
        if (TableName.TryParse(asked, out var exact) && await LoadAsync(exact, cancellation) is { } table) return table;
        _names ??= await catalog.ListAsync(cancellation);
        var found = _names.Where(n => (ns.Length == 0 ? n.Name : n.ToString()).Equals(asked, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count > 1) throw new QueryException($"table '{asked}' may be {string.Join(" or ", found.Select(f => f.ToString()))}; name one by its namespace and case");
        return (found.Count == 1 ? await LoadAsync(found[0], cancellation) : null) ?? throw new QueryException($"table '{asked}' is not in the lake; it must be namespace.table, or the name of one table alone");
    }

    private async Task<Table?> LoadAsync(TableName name, CancellationToken cancellation)
    {
        if (!_loaded.TryGetValue(name, out var table) && await Table.LoadAsync(catalog, name, clock, cancellation) is { } loaded) _loaded[name] = table = loaded;
        return table;
    }

    private async Task<(string Sql, IReadOnlyList<LocalFile> Files)> ListAsync(Table table, string what, TableReference reference, CancellationToken cancellation)
    {
        var path = run.Staging.Reserve($"{what}.parquet", 0);
        await MetadataListing.WriteAsync(table, what, reference.Request(), path, cancellation);
        _listings.Add(path);
        return ($"SELECT * FROM read_parquet({DuckText.List([path])}, {TableView.AsWritten})", []);
    }

    private async Task<IReadOnlyList<LocalFile>> OpenAsync(ITableStorage storage, ScanPlan plan, CancellationToken cancellation)
    {
        var (opened, archived) = (new ConcurrentBag<LocalFile>(), new ConcurrentBag<ArchivedFileException>());
        var wanted = plan.Tasks.SelectMany(t => t.Deletes.Prepend(t.File)).DistinctBy(f => f.Path).Where(f => !_paths.ContainsKey(f.Path)).ToList();
        if (wanted.Find(f => f.Format is "PUFFIN" or "puffin") is { } vector) throw new LakeFormatException(PositionDeletes.DeletionVector(vector));
        if (wanted.Find(f => f.Format is not ("PARQUET" or "parquet")) is { } other) throw new LakeFormatException($"{other.Path} is a file of format {other.Format}; PARQUET is read here");
        try
        {
            await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellation }, async (file, stop) =>
            {
                try
                {
                    opened.Add(await storage.OpenLocalAsync(file.Path, stop));
                }
                catch (ArchivedFileException e)
                {
                    // The others go on: where reading a file has it restored, one look at the table is enough.
                    archived.Add(e);
                }
            });
            if (!archived.IsEmpty) throw ArchivedFileException.Of(archived);
        }
        catch
        {
            foreach (var file in opened) file.Dispose();
            throw;
        }
        foreach (var file in opened) _paths[file.Location] = file.Path;
        return [.. opened];
    }

    // The engine does not look at checksums: a page that was changed would give other rows.
    private async Task CheckAsync(ScanPlan plan, TableSchema schema, CancellationToken cancellation)
    {
        var names = schema.Fields.Select(f => f.Name).ToList();
        var read = schema.Fields.Where(f => Columns.MayRead(f.Name, names)).Select(f => f.Id).ToHashSet();
        // By location; of deletes all columns.
        var wanted = new Dictionary<string, HashSet<int>?>(StringComparer.Ordinal);
        foreach (var task in plan.Tasks)
        {
            var keys = task.Deletes.SelectMany(d => d.EqualityIds ?? []).ToList();
            wanted[task.File.Path] = keys.Count == 0 ? read : [.. read, .. keys];
            foreach (var deletes in task.Deletes) wanted[deletes.Path] = null;
        }
        var options = new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancellation };
        await Parallel.ForEachAsync(wanted, options, (file, stop) =>
        {
            CheckedFiles.OfProcess.Check(file.Key, _paths[file.Key], file.Value, stop);
            return ValueTask.CompletedTask;
        });
    }

    private async Task ReadShapesAsync(ScanPlan plan)
    {
        var paths = plan.Tasks.SelectMany(t => t.Deletes.Where(d => d.Content == Manifests.FileContent.EqualityDeletes).Prepend(t.File)).Select(f => _paths[f.Path]).Distinct().Where(p => !_shapes.ContainsKey(p)).ToList();
        var unknown = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
        foreach (var stamp in paths.Select(FileStamp.Of))
        {
            if (KnownShapes.OfProcess.Find(stamp) is { } known) _shapes[stamp.Path] = known;
            else unknown[stamp.Path] = stamp;
        }
        if (unknown.Count == 0) return;
        foreach (var (path, shape) in await run.DoAsync(() => Shapes([.. unknown.Keys])))
        {
            _shapes[path] = shape;
            KnownShapes.OfProcess.Add(unknown[path], shape);
        }
    }

    private List<(string Path, string Shape)> Shapes(List<string> paths)
    {
        var shapes = new List<(string, string)>(paths.Count);
        using var result = run.Session.Open(WrittenField.ShapeSql(paths));
        while (result.Next() is { } batch)
        {
            using (batch)
            {
                var (files, lines) = ((StringArray)batch.Column(0), (StringArray)batch.Column(1));
                for (var i = 0; i < batch.Length; i++) shapes.Add((files.GetString(i), lines.GetString(i)));
            }
        }
        return shapes;
    }
}
