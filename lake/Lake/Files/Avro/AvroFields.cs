using System.Globalization;
using Avro;
using Avro.IO;

namespace Lake.Files.Avro;

/// <summary>The fields of a record as a file has them, by Iceberg's field ids, and readers of what the format's own records hold. Immutable.</summary>
internal sealed class AvroFields
{
    /// <summary>Columns that a map may have: a count beyond is that of a damaged file, and no reason to take memory. A million: ids of fields, of which tables have thousands.</summary>
    private const int MaxColumns = 1_000_000;

    private AvroFields(int[] ids, Schema[] schemas) => (Ids, Schemas) = (ids, schemas);

    /// <summary>Field ids in the order of the file; -1 for a field without one, which is read over.</summary>
    public int[] Ids { get; }

    public Schema[] Schemas { get; }

    /// <exception cref="LakeFormatException">It is no record.</exception>
    public static AvroFields Of(Schema schema)
    {
        schema = Bare(schema);
        if (schema is UnionSchema union) schema = Bare(union.Schemas.First(s => s.Tag != Schema.Type.Null));
        if (schema is not RecordSchema record) throw new LakeFormatException($"an Avro {schema.Tag} stands where a record must be");
        return new AvroFields([.. record.Fields.Select(IdOf)], [.. record.Fields.Select(f => f.Schema)]);
    }

    /// <summary>Takes a union's branch: whether a value follows, and its schema.</summary>
    public static bool HasValue(Decoder decoder, ref Schema schema)
    {
        schema = Bare(schema);
        if (schema is not UnionSchema union) return schema.Tag != Schema.Type.Null;
        schema = Bare(union[decoder.ReadUnionIndex()]);
        return schema.Tag != Schema.Type.Null;
    }

    public static long? Long(Decoder decoder, Schema schema)
    {
        if (!HasValue(decoder, ref schema)) return null;
        return schema.Tag switch
        {
            Schema.Type.Int => decoder.ReadInt(),
            Schema.Type.Long => decoder.ReadLong(),
            _ => throw Wrong(schema, "a whole number"),
        };
    }

    public static int? Int(Decoder decoder, Schema schema) => Long(decoder, schema) is { } number ? checked((int)number) : null;

    public static bool? Boolean(Decoder decoder, Schema schema)
    {
        if (!HasValue(decoder, ref schema)) return null;
        return schema.Tag == Schema.Type.Boolean ? decoder.ReadBoolean() : throw Wrong(schema, "a boolean");
    }

    public static string? String(Decoder decoder, Schema schema)
    {
        if (!HasValue(decoder, ref schema)) return null;
        return schema.Tag == Schema.Type.String ? decoder.ReadString() : throw Wrong(schema, "a string");
    }

    public static byte[]? Bytes(Decoder decoder, Schema schema)
    {
        if (!HasValue(decoder, ref schema)) return null;
        if (schema.Tag == Schema.Type.Bytes) return decoder.ReadBytes();
        if (schema is not FixedSchema fixedSchema) throw Wrong(schema, "bytes");
        var bytes = new byte[fixedSchema.Size];
        decoder.ReadFixed(bytes);
        return bytes;
    }

    /// <summary>A list; null where the file has null.</summary>
    public static List<T>? List<T>(Decoder decoder, Schema schema, Func<Decoder, Schema, T> item)
    {
        if (!HasValue(decoder, ref schema)) return null;
        if (schema is not ArraySchema array) throw Wrong(schema, "a list");
        var list = new List<T>();
        for (var n = decoder.ReadArrayStart(); n > 0; n = decoder.ReadArrayNext())
        {
            for (var i = 0L; i < n; i++) list.Add(item(decoder, array.ItemSchema));
        }
        return list;
    }

    /// <summary>A map by column as a list of pairs, its keys first.</summary>
    public static Manifests.ColumnMap<T> Map<T>(Decoder decoder, Schema schema, Func<Decoder, Schema, T> value)
    {
        if (!HasValue(decoder, ref schema)) return Manifests.ColumnMap<T>.Empty;
        if (schema is not ArraySchema array || Bare(array.ItemSchema) is not RecordSchema { Count: 2 } pair) throw Wrong(schema, "a list of pairs");
        // Nearly always one block, by whose count the arrays are made.
        var (keys, values, at) = (System.Array.Empty<int>(), System.Array.Empty<T>(), 0);
        for (var n = decoder.ReadArrayStart(); n > 0; n = decoder.ReadArrayNext())
        {
            System.Array.Resize(ref keys, checked(at + (int)Math.Min(n, MaxColumns)));
            System.Array.Resize(ref values, keys.Length);
            for (var i = 0L; i < n; i++, at++)
            {
                keys[at] = Int(decoder, pair.Fields[0].Schema) ?? throw new LakeFormatException("a column map has a null key");
                values[at] = value(decoder, pair.Fields[1].Schema);
            }
        }
        return at == 0 ? Manifests.ColumnMap<T>.Empty : new Manifests.ColumnMap<T>(keys, values);
    }

    private static Schema Bare(Schema schema)
    {
        while (schema is LogicalSchema logical) schema = logical.BaseSchema;
        return schema;
    }

    private static int IdOf(Field field) => int.TryParse(field.GetProperty("field-id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;

    private static LakeFormatException Wrong(Schema schema, string rule) => new($"an Avro {schema.Tag} stands where {rule} must be");
}
