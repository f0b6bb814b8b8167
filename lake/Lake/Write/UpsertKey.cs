using Lake.Types;

namespace Lake.Write;

/// <summary>Finds the fields of an upsert's key. Pure.</summary>
internal static class UpsertKey
{
    /// <summary>Their ids.</summary>
    /// <exception cref="LakeFormatException">There is none, or one cannot be a key.</exception>
    public static IReadOnlyList<int> Of(Table table, IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            return table.Schema.IdentifierFieldIds.Count > 0
                ? table.Schema.IdentifierFieldIds
                : throw new LakeFormatException($"table {table.Name} has no identifier fields; an upsert must name its key's columns");
        }
        if (names.Count == 0) throw new LakeFormatException("an upsert's key has no columns; it must have one at least");
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new LakeFormatException($"key column is '{twice.Key}' twice; it must stand once");
        return [.. names.Select(name => IdOf(table, name))];
    }

    private static int IdOf(Table table, string name)
    {
        var field = table.Schema.Find(name) ?? throw new LakeFormatException($"key column is '{name}'; table {table.Name} has no column of that name");
        if (!field.Type.IsPrimitive || field.Type.Kind is TypeKind.Float or TypeKind.Double) throw new LakeFormatException($"key column '{name}' is {field.Type}; it must be primitive, and neither float nor double");
        if (table.Schema.Repeating(field.Id) is { } outer) throw new LakeFormatException($"key column '{name}' stands in a {outer.Type.Kind.ToString().ToLowerInvariant()}; a row has any number of it");
        return field.Id;
    }
}
