using System.Globalization;
using Lake.Keys;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Types;
using Lake.Values;

namespace Lake.Query;

/// <summary>
/// A query over a plan's files that gives the table's rows: files of one shape are read together, columns are found by id, deleted rows left out by anti joins. Immutable.
/// </summary>
/// <param name="metadata">The table's.</param>
/// <param name="schema">The columns of the result.</param>
/// <param name="paths">Where each file of the plan is on the local disk, by its location.</param>
/// <param name="shapes">The shape of each file that has rows of the table, or values that delete some, by its path.</param>
internal sealed class TableView(TableMetadata metadata, TableSchema schema, IReadOnlyDictionary<string, string> paths, IReadOnlyDictionary<string, string> shapes)
{
    /// <summary>Columns are what files have: the engine would else take values from names of folders, and guess their types.</summary>
    public const string AsWritten = "hive_partitioning = false";

    private readonly NameMapping? _mapping = NameMapping.Of(metadata);
    private readonly Dictionary<string, IReadOnlyList<WrittenField>> _columns = new(StringComparer.Ordinal);

    /// <summary>The rows in any order: files that are alike are read together.</summary>
    /// <exception cref="LakeFormatException">A file's columns cannot be read as the schema wants them.</exception>
    public string Sql(IReadOnlyList<FileScanTask> tasks) => Union(tasks.GroupBy(Likeness).Select(g => Branch([.. g])));

    /// <summary>The rows in the order in which they were written: files that are alike are read together where none of another kind came between.</summary>
    /// <exception cref="LakeFormatException">A file's columns cannot be read as the schema wants them.</exception>
    public string SqlInOrder(IReadOnlyList<FileScanTask> tasks)
    {
        var runs = new List<List<FileScanTask>>();
        foreach (var task in tasks.OrderBy(t => t.SequenceNumber))
        {
            if (runs.Count == 0 || Likeness(runs[^1][0]) != Likeness(task)) runs.Add([]);
            runs[^1].Add(task);
        }
        return Union(runs.Select(InOrder));
    }

    private string Union(IEnumerable<string> branches)
    {
        var sql = string.Join(" UNION ALL ", branches);
        return sql.Length > 0 ? sql : $"SELECT {string.Join(", ", schema.Fields.Select(f => $"{DuckText.Null(f.Type)} AS {DuckText.Name(f.Name)}"))} WHERE false";
    }

    // An anti join may give the rows in the order of its own table.
    private string InOrder(IReadOnlyList<FileScanTask> tasks) => tasks[0].Deletes.Count == 0
        ? Branch(tasks)
        : $"(SELECT * FROM ({Branch(tasks)} ORDER BY list_position({DuckText.List(tasks.Select(t => paths[t.File.Path]))}, d.lake_file), d.lake_row))";

    private (string Shape, string Values, string NaNs, string Keys, bool HasPositions) Likeness(FileScanTask task) =>
        (shapes[paths[task.File.Path]], Constants(task.File), string.Join(',', WrittenField.NaNs(Columns(task.File))), Key(Equality(task)), Positions(task).Any());

    private static IEnumerable<DataFile> Positions(FileScanTask task) => task.Deletes.Where(d => d.Content == FileContent.PositionDeletes);

    private static IEnumerable<DataFile> Equality(FileScanTask task) => task.Deletes.Where(d => d.Content == FileContent.EqualityDeletes);

    private static string Key(IEnumerable<DataFile> deletes) => string.Join('\n', deletes.Select(d => d.Path).Order(StringComparer.Ordinal));

    private string Branch(IReadOnlyList<FileScanTask> tasks)
    {
        var first = tasks[0];
        var columns = Columns(first.File);
        var names = string.Join(", ", columns.Select((_, i) => Reference("c", i)));
        var fields = string.Join(", ", schema.Fields.Select(f => $"{Column(columns, f, first.File)} AS {DuckText.Name(f.Name)}"));
        var files = DuckText.List(tasks.Select(t => paths[t.File.Path]));
        if (first.Deletes.Count == 0) return $"SELECT {fields} FROM read_parquet({files}, {AsWritten}) AS d({names})";
        var sql = $"SELECT {fields} FROM read_parquet({files}, {AsWritten}, file_row_number = true, filename = 'lake_file') AS d({names}, lake_row, lake_file)";
        if (Positions(first).Any()) sql += $" ANTI JOIN ({PositionsSql(tasks)}) AS p ON p.data = d.lake_file AND p.pos = d.lake_row";
        var number = 0;
        foreach (var (ids, deletes) in Equality(first).GroupBy(d => string.Join(',', d.EqualityIds!.Order())).Select(g => (g.First().EqualityIds!, g.ToList())))
        {
            sql += AntiJoin(columns, first.File, [.. ids.Order()], deletes, Reference("k", number++));
        }
        return sql;
    }

    // Pairs, as a delete file of a partition may name rows of a file that it is too old for.
    private string PositionsSql(IReadOnlyList<FileScanTask> tasks)
    {
        var pairs = tasks.SelectMany(t => Positions(t).Select(d => $"({DuckText.Literal(paths[t.File.Path])}, {DuckText.Literal(t.File.Path)}, {DuckText.Literal(paths[d.Path])})"));
        var files = DuckText.List(tasks.SelectMany(Positions).Select(d => paths[d.Path]).Distinct());
        var columns = $"MAP {{{ById(PositionDeletes.PathId, "file_path", "VARCHAR")}, {ById(PositionDeletes.PositionId, "pos", "BIGINT")}}}";
        return $"SELECT t.data, x.pos FROM read_parquet({files}, {AsWritten}, filename = 'lake_file', schema = {columns}) AS x(file_path, pos, lake_file) "
            + $"JOIN (VALUES {string.Join(", ", pairs)}) AS t(data, location, deletes) ON t.deletes = x.lake_file AND t.location = x.file_path";
    }

    private string AntiJoin(IReadOnlyList<WrittenField> columns, DataFile file, IReadOnlyList<int> ids, List<DataFile> deletes, string alias)
    {
        var keyed = KeyColumns.Of(metadata, schema, ids);
        var fields = ids.Select(id => PathTo(keyed, id)).ToList();
        var branches = deletes.GroupBy(d => shapes[paths[d.Path]]).Select(g =>
        {
            var written = Columns(paths[g.First().Path]);
            var values = string.Join(", ", fields.Select((f, i) => $"{Field(written, f, null)} AS {Reference("v", i)}"));
            return $"SELECT {values} FROM read_parquet({DuckText.List(g.Select(d => paths[d.Path]))}, {AsWritten}) AS d({string.Join(", ", written.Select((_, i) => Reference("c", i)))})";
        });
        // As for readers of rows, null is equal to null.
        var equal = string.Join(" AND ", fields.Select((f, i) => $"{Field(columns, f, file)} IS NOT DISTINCT FROM {alias}.{Reference("v", i)}"));
        return $" ANTI JOIN ({string.Join(" UNION ALL ", branches)}) AS {alias} ON {equal}";
    }

    private string Column(IReadOnlyList<WrittenField> columns, NestedField wanted, DataFile file) => Field(columns, [wanted], file);

    private string Field(IReadOnlyList<WrittenField> columns, NestedField[] path, DataFile? file)
    {
        var at = IndexOf(columns, path[0].Id);
        // A column that is known by its name alone comes after what the partition says.
        if ((at < 0 || columns[at].IsMapped) && file is not null && path is [var column] && Constant(file, column) is { } constant) return constant;
        return FieldSql.Of(at < 0 ? null : columns[at], path, Reference("c", at));
    }

    private static NestedField[] PathTo(IReadOnlyList<NestedField> columns, int id)
    {
        var path = new List<NestedField>();
        foreach (var place in FieldPath.To(columns, id)!) path.Add(path.Count == 0 ? columns[place] : path[^1].Type.Fields[place]);
        return [.. path];
    }

    // Files that differ in them are read apart.
    private string Constants(DataFile file)
    {
        var columns = Columns(paths[file.Path]);
        return string.Join('\n', schema.Fields.Where(f => IndexOf(columns, f.Id) is var at && (at < 0 || columns[at].IsMapped)).Select(f => Constant(file, f)));
    }

    // The value that a file's partition has of a column; null where it has none.
    private string? Constant(DataFile file, NestedField column) =>
        column.Type is PrimitiveType type && IdentityValues.TryGet(metadata, file, column.Id, out var value) ? DuckText.Value(type, value is null ? null : SingleValue.Fit(type, value)) : null;

    private static string ById(int id, string name, string type) => string.Create(CultureInfo.InvariantCulture, $"{id}: {{name: '{name}', type: '{type}', default_value: NULL}}");

    private IReadOnlyList<WrittenField> Columns(DataFile file) => WrittenField.Counted(Columns(paths[file.Path]), file);

    private IReadOnlyList<WrittenField> Columns(string path)
    {
        var shape = shapes[path];
        if (_columns.TryGetValue(shape, out var known)) return known;
        var columns = WrittenField.Columns(shape);
        return _columns[shape] = _mapping is null ? columns : WrittenField.Mapped(columns, _mapping);
    }

    private static int IndexOf(IReadOnlyList<WrittenField> columns, int id)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Id == id) return i;
        }
        return -1;
    }

    private static string Reference(string letter, int number) => string.Create(CultureInfo.InvariantCulture, $"{letter}{number}");
}
