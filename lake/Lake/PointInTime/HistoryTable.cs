using FeatureModel.Definitions;
using FeatureModel.Values;
using Lake.Query;
using Lake.Types;

namespace Lake.PointInTime;

/// <summary>The table that holds a source's history, as expressions over its columns. Immutable.</summary>
/// <param name="source">The source.</param>
/// <param name="at">Its table.</param>
/// <param name="schema">The table's columns at the snapshot.</param>
internal sealed class HistoryTable(SourceDefinition source, TableAt at, TableSchema schema)
{
    private const string Alias = "h";

    public TableAt At => at;

    public string From => at.Sql(Alias);

    /// <summary>Microseconds of the event time; of a table without times 1970.</summary>
    /// <exception cref="JoinException">There is no such column.</exception>
    public string Time => source.Timeless ? "CAST(0 AS BIGINT)" : Moment("eventTimeColumn", source.EventTimeColumn);

    /// <summary>Microseconds of the created time; null where the source has none.</summary>
    /// <exception cref="JoinException">There is no such column.</exception>
    public string? Created => source.CreatedTimeColumn is { } name ? Moment("createdTimeColumn", name) : null;

    /// <summary>An event's type.</summary>
    /// <exception cref="JoinException">There is no such column.</exception>
    public string Type => Value("typeColumn", source.TypeColumn ?? "", FeatureDataType.String);

    /// <exception cref="JoinException">There is no such column, or one of another type.</exception>
    public string Key(FieldDefinition key)
    {
        FeatureDataTypes.TryParse(key.Type, out var type);
        return Value("join key", key.Name, type);
    }

    /// <summary>A column as a value of a type.</summary>
    /// <param name="what">What the column is to be, for errors.</param>
    /// <param name="name">The column.</param>
    /// <param name="type">The type.</param>
    /// <exception cref="JoinException">There is no such column, or its type does not fit.</exception>
    public string Value(string what, string name, FeatureDataType type)
    {
        var column = Column(what, name);
        return FeatureTypes.Cast(column.Type, type, Reference(name))
            ?? throw new JoinException($"source '{source.Name}': {what} '{name}' is {type.Name()}, and {column.Type} in table {at.Name}; it must be the same or widen to it");
    }

    private string Moment(string what, string? name)
    {
        var column = Column(what, name ?? "");
        if (!FeatureTypes.IsMoment(column.Type.Kind)) throw new JoinException($"source '{source.Name}': {what} is '{name}', which is {column.Type} in table {at.Name}; it must be a timestamp");
        return $"epoch_us({Reference(column.Name)})";
    }

    private NestedField Column(string what, string name) => schema.Struct.Find(name)
        ?? throw new JoinException($"source '{source.Name}': {what} is '{name}'; table {at.Name} has no such column{FeatureModel.NearNames.Hint(name, [.. schema.Fields.Select(f => f.Name)])}");

    private static string Reference(string name) => $"{Alias}.{DuckText.Name(name)}";
}
