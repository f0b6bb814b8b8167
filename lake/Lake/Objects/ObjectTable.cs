using System.Globalization;
using System.Text.Json;
using Apache.Arrow;
using Lake.Catalog;
using Lake.Columns;
using Lake.Import.Building;
using Lake.Types;

namespace Lake.Objects;

/// <summary>The table of an object store: a row an object. Stateless.</summary>
internal static class ObjectTable
{
    /// <summary>Property that says where the objects are.</summary>
    public const string Location = "objects.location";

    public static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "hash", PrimitiveType.String, "SHA-256 of the content, hexadecimal."),
        NestedField.Required(2, "type", PrimitiveType.String, "Media type."),
        NestedField.Required(3, "size", PrimitiveType.Long, "Bytes."),
        NestedField.Optional(4, "name", PrimitiveType.String, "Name of the file that it was put from."),
        NestedField.Optional(5, "origin", PrimitiveType.String, "Where it came from."),
        NestedField.Optional(6, "tags", new MapType(7, PrimitiveType.String, 8, PrimitiveType.String, true), "Tags by name."),
        NestedField.Required(9, "added_at", PrimitiveType.TimestampTz, "When it was put first."),
        NestedField.Optional(10, "unreferenced_since", PrimitiveType.TimestampTz, "When a collection first found no row that names it."),
    ], [1]);

    /// <summary>Opens the table, or makes it.</summary>
    /// <exception cref="ArgumentException">The table is of objects elsewhere, or the place is one where orphan files of tables are looked for.</exception>
    public static async Task<Table> OpenAsync(ICatalog catalog, TableName name, string location, TimeProvider clock, CancellationToken cancellation)
    {
        var definition = new TableDefinition(Schema) { Properties = new Dictionary<string, string> { [Location] = location } };
        var table = await Table.LoadAsync(catalog, name, clock, cancellation) ?? await Table.CreateAsync(catalog, name, definition, clock, cancellation) ?? (await Table.LoadAsync(catalog, name, clock, cancellation))!;
        if (table.Metadata.Properties.GetValueOrDefault(Location) is not { } known) throw new ArgumentException($"table {name} has no property {Location}; it is none of an object store", nameof(name));
        if (known != location) throw new ArgumentException($"location is '{location}'; table {name} is of the objects in '{known}'", nameof(location));
        return (location + "/").StartsWith(table.Metadata.Location + "/", StringComparison.Ordinal)
            ? throw new ArgumentException($"location is '{location}'; it must not be below the table's own, '{table.Metadata.Location}', where files that no snapshot names are removed", nameof(location))
            : table;
    }

    public static RecordBatch Rows(TableSchema schema, IReadOnlyList<StoredObject> objects)
    {
        var columns = schema.Fields.Select(f => ColumnBuilders.Of(f, f.Name, new HashSet<string>(), ignoresUnknown: false)).ToList();
        foreach (var item in objects)
        {
            foreach (var column in columns)
            {
                var text = TextOf(item, column.Field.Name);
                if (text is null) column.AddNull();
                else if (!column.TryText(text, out var fault)) throw new ArgumentException($"{fault.Column} of an object is '{fault.Value}'; it must be {fault.Rule}", nameof(objects));
            }
        }
        return new RecordBatch(ArrowSchema.Of(schema), columns.Select(c => ArrowArrayFactory.BuildArray(c.Build())), objects.Count);
    }

    public static IEnumerable<StoredObject> Read(RecordBatch batch)
    {
        for (var row = 0; row < batch.Length; row++)
        {
            yield return new StoredObject(
                ObjectHash.Parse(Text(batch, "hash", row)!), Text(batch, "type", row)!, ((Int64Array)batch.Column("size")).Values[row], Text(batch, "name", row), Text(batch, "origin", row),
                Tags((MapArray)batch.Column("tags"), row), Time(batch, "added_at", row)!.Value, Time(batch, "unreferenced_since", row));
        }
    }

    private static string? TextOf(StoredObject item, string column) => column switch
    {
        "hash" => item.Hash.ToString(),
        "type" => item.Type,
        "size" => item.Size.ToString(CultureInfo.InvariantCulture),
        "name" => item.Name,
        "origin" => item.Origin,
        "tags" => JsonSerializer.Serialize(item.Tags),
        "added_at" => Text(item.AddedAt),
        "unreferenced_since" => item.UnreferencedSince is { } since ? Text(since) : null,
        _ => null,
    };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string? Text(RecordBatch batch, string column, int row) => ((StringArray)batch.Column(column)).GetString(row);

    private static DateTimeOffset? Time(RecordBatch batch, string column, int row)
    {
        var times = (TimestampArray)batch.Column(column);
        return times.IsNull(row) ? null : DateTimeOffset.UnixEpoch.AddTicks(times.Values[row] * 10);
    }

    private static Dictionary<string, string> Tags(MapArray maps, int row)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (maps.IsNull(row)) return tags;
        var (keys, values) = ((StringArray)maps.Keys, (StringArray)maps.Values);
        for (var i = maps.ValueOffsets[row]; i < maps.ValueOffsets[row + 1]; i++) tags[keys.GetString(i)] = values.GetString(i);
        return tags;
    }
}
