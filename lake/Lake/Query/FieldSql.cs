using System.Globalization;
using Lake.Types;

namespace Lake.Query;

/// <summary>Expressions that make a table's columns, at any depth, of what a file has: found by id, widened, null where the file lacks them. The rules are those of <see cref="Columns.ArrowReshape"/>. Pure.</summary>
internal static class FieldSql
{
    /// <summary>The value of a field.</summary>
    /// <param name="written">What the file has; null where it lacks the field.</param>
    /// <param name="wanted">The field that is asked for.</param>
    /// <param name="reference">Names the file's value.</param>
    /// <param name="depth">Lists around it.</param>
    /// <exception cref="LakeFormatException">A required field is not there, or a type cannot be widened.</exception>
    public static string Of(WrittenField? written, NestedField wanted, string reference, int depth = 0)
    {
        if (written is null) return Missing(wanted, wanted.Type);
        if (IsSame(written, wanted)) return reference;
        var item = string.Create(CultureInfo.InvariantCulture, $"e{depth}");
        switch (wanted.Type)
        {
            case StructType s when written.Kind == "STRUCT":
                return $"CASE WHEN {reference} IS NULL THEN NULL ELSE {Pack(s.Fields.Select(f => (f.Name, Part(written, f, reference, depth))))} END";
            case ListType l when written.Kind == "LIST":
                return $"list_transform({reference}, lambda {item}: {Of(written.Parts[0], l.Element, item, depth + 1)})";
            case MapType m when written.Kind == "MAP":
                var pair = Pack([("key", Of(written.Parts[0], m.Key, $"{item}.key", depth + 1)), ("value", Of(written.Parts[1], m.Value, $"{item}.value", depth + 1))]);
                return $"CASE WHEN {reference} IS NULL THEN NULL ELSE map_from_entries(list_transform(map_entries({reference}), lambda {item}: {pair})) END";
            case PrimitiveType p when written.Type is { } type && (type == DuckText.Type(p) || Widens(type, p)):
                var value = type == DuckText.Type(p) ? reference : $"CAST({reference} AS {DuckText.Type(p)})";
                // Bounds of Parquet do not tell of NaN, and the engine goes by them: a filter on the bare column, or its greatest value, would miss the NaN of a row group.
                return written.MayBeNaN ? $"CASE WHEN isnan({reference}) THEN CAST('nan' AS {DuckText.Type(p)}) ELSE {value} END" : value;
            default:
                throw new LakeFormatException($"column '{wanted.Name}' is {wanted.Type} in the table and {written.Type ?? written.Kind} in a file");
        }
    }

    /// <summary>A field of structs, from a file's column on.</summary>
    /// <param name="written">The column; null where the file lacks it.</param>
    /// <param name="path">The column, the fields on the way, the field.</param>
    /// <param name="reference">Names the file's value.</param>
    public static string Of(WrittenField? written, ReadOnlySpan<NestedField> path, string reference)
    {
        if (written is null) return Missing(path[0], path[^1].Type);
        if (path.Length == 1) return Of(written, path[0], reference);
        var at = IndexOf(written, path[1].Id);
        return Of(at < 0 ? null : written.Parts[at], path[1..], At(reference, at));
    }

    private static string Missing(NestedField wanted, IcebergType type)
    {
        if (wanted.InitialDefault is not null) throw new LakeFormatException($"column '{wanted.Name}' has an initial default, which version 3 brought; this version does not fill it in");
        if (wanted.IsRequired) throw new LakeFormatException($"column '{wanted.Name}' is required, and a file does not have it");
        return DuckText.Null(type);
    }

    private static string Part(WrittenField written, NestedField wanted, string reference, int depth)
    {
        var at = IndexOf(written, wanted.Id);
        return Of(at < 0 ? null : written.Parts[at], wanted, At(reference, at), depth);
    }

    private static string At(string reference, int place) => string.Create(CultureInfo.InvariantCulture, $"struct_extract_at({reference}, {place + 1})");

    private static string Pack(IEnumerable<(string Name, string Value)> parts) => $"struct_pack({string.Join(", ", parts.Select(p => $"{DuckText.Name(p.Name)} := {p.Value}"))})";

    private static int IndexOf(WrittenField written, int id)
    {
        for (var i = 0; i < written.Parts.Count; i++)
        {
            if (written.Parts[i].Id == id) return i;
        }
        return -1;
    }

    // Then the engine reads it as it is wanted, and no expression stands between a filter and the file.
    private static bool IsSame(WrittenField written, NestedField wanted) => wanted.Type switch
    {
        StructType s => written.Kind == "STRUCT" && written.Parts.Count == s.Fields.Count && s.Fields.Select((f, i) => written.Parts[i].Id == f.Id && written.Parts[i].Name == f.Name && IsSame(written.Parts[i], f)).All(same => same),
        ListType l => written.Kind == "LIST" && IsSame(written.Parts[0], l.Element),
        MapType m => written.Kind == "MAP" && IsSame(written.Parts[0], m.Key) && IsSame(written.Parts[1], m.Value),
        PrimitiveType p => written.Type == DuckText.Type(p) && !written.MayBeNaN,
        _ => false,
    };

    private static bool Widens(string written, PrimitiveType wanted) => (written, wanted.Kind) switch
    {
        ("INTEGER", TypeKind.Long) or ("FLOAT", TypeKind.Double) or ("DATE", TypeKind.Timestamp) => true,
        // What is written as UTC by writers that know no other time of day.
        ("TIME WITH TIME ZONE", TypeKind.Time) => true,
        // Sixteen bytes that nothing marks as what they are.
        ("BLOB", TypeKind.Uuid) => true,
        _ when wanted.Kind == TypeKind.Decimal && PrimitiveType.TryParse(written.ToLowerInvariant(), out var from) => from.Kind == TypeKind.Decimal && from.Scale == wanted.Scale && from.Precision <= wanted.Precision,
        _ => false,
    };
}
