using System.Globalization;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Evolution;

/// <summary>Changes how new rows of a table are laid into partitions; files that are there keep their own spec. Used by one thread.</summary>
public sealed class PartitionUpdate
{
    private readonly TableMetadata _metadata;
    private readonly List<PartitionField> _fields;
    private int _lastId;

    internal PartitionUpdate(TableMetadata metadata)
    {
        _metadata = metadata;
        _fields = [.. metadata.DefaultSpec.Fields];
        _lastId = metadata.LastPartitionId;
    }

    internal IReadOnlyList<PartitionField> Fields => _fields;

    /// <summary>Adds a part. One that an earlier spec had gets the id of then.</summary>
    /// <param name="column">Full name of a primitive column that stands in no list or map.</param>
    /// <param name="transform">What of it.</param>
    /// <param name="name">Its name in folders; null for one after column and transform, like <c>at_day</c>, <c>id_bucket_16</c>.</param>
    /// <exception cref="TableShapeException">The transform does not take the column, or a part is there already.</exception>
    public PartitionUpdate Add(string column, Transform transform, string? name = null)
    {
        var source = Source(column, transform);
        if (_fields.Find(f => f.SourceId == source.Id && f.Transform == transform) is { } same) throw new TableShapeException($"partition field '{same.Name}' is {transform} of '{column}' already");
        var earlier = _metadata.PartitionSpecs.SelectMany(s => s.Fields).FirstOrDefault(f => f.SourceId == source.Id && f.Transform == transform && (name is null || f.Name == name));
        var field = new PartitionField(source.Id, earlier?.FieldId ?? ++_lastId, name ?? earlier?.Name ?? NameOf(column, transform), transform);
        CheckName(field.Name, field.SourceId, transform);
        _fields.Add(field);
        return this;
    }

    /// <summary>Removes a part: rows to come are no more laid apart by it.</summary>
    public PartitionUpdate Remove(string name)
    {
        _fields.Remove(Find(name));
        return this;
    }

    /// <summary>Gives a part another name.</summary>
    public PartitionUpdate Rename(string name, string newName)
    {
        var field = Find(name);
        if (newName == name) return this;
        CheckName(newName, field.SourceId, field.Transform);
        _fields[_fields.IndexOf(field)] = field with { Name = newName };
        return this;
    }

    private PartitionField Find(string name) => _fields.Find(f => f.Name == name) ?? throw new TableShapeException($"partition field is '{name}'; the table has no partition field of that name");

    private NestedField Source(string column, Transform transform)
    {
        var schema = _metadata.CurrentSchema;
        var source = schema.Find(column) ?? throw new TableShapeException($"partition column is '{column}'; the table has no column of that name");
        if (transform.Kind == TransformKind.Unknown) throw new TableShapeException($"transform is '{transform}'; it must be identity, bucket, truncate, year, month, day, hour or void");
        if (!transform.Takes(source.Type)) throw new TableShapeException($"partition column '{column}' is {source.Type}; {transform} does not take it");
        if (schema.Repeating(source.Id) is { } outer) throw new TableShapeException($"partition column '{column}' stands in a {outer.Type.Kind.ToString().ToLowerInvariant()}; a row has any number of it");
        return source;
    }

    private void CheckName(string name, int sourceId, Transform transform)
    {
        if (name.Length == 0) throw new TableShapeException("partition field name is ''; it must have one character at least");
        if (_fields.Exists(f => f.Name == name)) throw new TableShapeException($"partition field '{name}' is there already; names must be unique");
        // A column of that name is another thing to readers that filter by partition names, unless it is the very one.
        if (_metadata.CurrentSchema.Find(name) is { } column && (column.Id != sourceId || transform.Kind != TransformKind.Identity)) throw new TableShapeException($"partition field '{name}' has the name of a column; only that column itself may give it");
    }

    private static string NameOf(string column, Transform transform) => transform.Kind switch
    {
        TransformKind.Identity => column,
        TransformKind.Bucket => string.Create(CultureInfo.InvariantCulture, $"{column}_bucket_{transform.Parameter}"),
        TransformKind.Truncate => string.Create(CultureInfo.InvariantCulture, $"{column}_trunc_{transform.Parameter}"),
        // As the reference implementation calls it.
        TransformKind.Void => $"{column}_null",
        _ => $"{column}_{transform.Name}",
    };
}
