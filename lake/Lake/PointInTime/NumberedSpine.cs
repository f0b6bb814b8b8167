using FeatureModel.Definitions;
using FeatureModel.Values;
using Lake.Query;
using Lake.Types;

namespace Lake.PointInTime;

/// <summary>
/// The spine as a query: its rows numbered in their order (<c>n</c>), with their moment in microseconds (<c>moment</c>), columns <c>s0</c> and on, and join keys <c>j0</c> and on.
/// Used by one thread.
/// </summary>
internal sealed class NumberedSpine
{
    /// <summary>The name by which queries find rows that lie in a file; no table can have it.</summary>
    public const string RowsName = "rows of the spine";

    private readonly string _name;
    private readonly string _timeColumn;
    private readonly List<FieldDefinition> _keys = [];

    /// <param name="name">What errors call it.</param>
    /// <param name="fields">Its columns.</param>
    /// <param name="timeColumn">The column of the moments.</param>
    /// <exception cref="JoinException">There is no such column, or a name stands twice.</exception>
    public NumberedSpine(string name, IReadOnlyList<NestedField> fields, string timeColumn)
    {
        (_name, Fields, _timeColumn) = (name, fields, timeColumn);
        var twice = fields.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw new JoinException($"{name} has the column '{twice.Key}' twice; names must differ by more than case");
        var time = Column("time column", timeColumn);
        if (!FeatureTypes.IsMoment(time.Type.Kind)) throw new JoinException($"time column is '{timeColumn}', which is {time.Type} in {name}; it must be a timestamp");
    }

    public IReadOnlyList<NestedField> Fields { get; }

    /// <summary>Adds the keys, where they are not there yet; the names of their columns.</summary>
    /// <exception cref="JoinException">The spine has no such column, or one of another type.</exception>
    public IReadOnlyList<string> Keys(IEnumerable<FieldDefinition> keys) => [.. keys.Select(Key)];

    /// <summary>A column as a value of a feature's type.</summary>
    /// <exception cref="JoinException">There is no such column, or its type does not fit.</exception>
    public string Value(string what, FieldDefinition wanted)
    {
        FeatureDataTypes.TryParse(wanted.Type, out var type);
        var column = Column(what, wanted.Name);
        return FeatureTypes.Cast(column.Type, type, Reference(wanted.Name))
            ?? throw new JoinException($"{what} '{wanted.Name}' is {type.Name()}, and {column.Type} in {_name}; it must be the same or widen to it");
    }

    /// <param name="from">Where the rows are, under the name <c>x</c>.</param>
    /// <param name="more">Further columns, with a comma before each.</param>
    public string Sql(string from, string more)
    {
        // An ASOF join takes null for a moment after all others: without a key the row matches nothing.
        var isNever = Column("time column", _timeColumn).IsRequired ? "false" : $"{Reference(_timeColumn)} IS NULL";
        var keys = string.Join("", _keys.Select((k, i) => $", CASE WHEN NOT ({isNever}) THEN {Value("join key", k)} END AS {JoinView.At("j", i)}"));
        var columns = string.Join("", Fields.Select((f, i) => $", {Reference(f.Name)} AS {JoinView.At("s", i)}"));
        return $"SELECT row_number() OVER () AS n, epoch_us({Reference(_timeColumn)}) AS moment{columns}{keys}{more} FROM {from}";
    }

    /// <summary>The spine's columns, moment and further columns, then all keys that were asked for.</summary>
    /// <param name="from">Where the rows are, under the name <c>x</c>.</param>
    /// <param name="more">Further columns, with a comma before each.</param>
    public string HeldSql(string from, string more)
    {
        var columns = string.Join("", Fields.Select((f, i) => $"{Reference(f.Name)} AS {JoinView.At("s", i)}, "));
        var keys = string.Join("", _keys.Select((k, i) => $", {Value("join key", k)} AS {JoinView.At("j", i)}"));
        return $"SELECT {columns}epoch_us({Reference(_timeColumn)}) AS moment{more}{keys} FROM {from}";
    }

    /// <summary>Rows of <c>n</c>, <c>moment</c> and a view's keys, <c>k0</c> and on.</summary>
    /// <param name="from">Where the rows are, under the name <c>x</c>.</param>
    /// <param name="keys">The names that <see cref="Keys"/> gave.</param>
    public string MomentsSql(string from, IReadOnlyList<string> keys) =>
        $"SELECT n, moment, {string.Join(", ", keys.Select((k, i) => $"{k} AS {JoinView.At("k", i)}"))} FROM ({Sql(from, "")}) AS q";

    private string Key(FieldDefinition key)
    {
        Value("join key", key);
        var at = _keys.FindIndex(k => k.Name == key.Name && k.Type == key.Type);
        if (at < 0)
        {
            at = _keys.Count;
            _keys.Add(key);
        }
        return JoinView.At("j", at);
    }

    private NestedField Column(string what, string name) => Fields.FirstOrDefault(f => f.Name == name)
        ?? throw new JoinException($"{what} is '{name}'; {_name} has no such column{FeatureModel.NearNames.Hint(name, [.. Fields.Select(f => f.Name)])}");

    private static string Reference(string name) => $"x.{DuckText.Name(name)}";
}
