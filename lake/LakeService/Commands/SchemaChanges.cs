using Lake.Types;

namespace LakeService.Commands;

/// <summary>What became of a table's columns from one schema to another, found by field id. Pure.</summary>
internal static class SchemaChanges
{
    /// <summary>A line a change; none where both say the same.</summary>
    public static IReadOnlyList<string> Between(TableSchema from, TableSchema to)
    {
        var lines = new List<string>();
        foreach (var id in from.FieldIds.Union(to.FieldIds).Order())
        {
            var (before, after) = (from.Find(id), to.Find(id));
            if (before is null) lines.Add($"+ {id}: {to.FullName(id)}: {after!.Type}{(after.IsRequired ? " required" : "")}");
            else if (after is null) lines.Add($"- {id}: {from.FullName(id)}: {before.Type}");
            else lines.AddRange(Changes(before, after).Select(c => $"~ {id}: {to.FullName(id)}: {c}"));
        }
        var order = to.Fields.Select(f => f.Id).Where(id => from.Fields.Any(f => f.Id == id)).ToList();
        if (!order.SequenceEqual(from.Fields.Select(f => f.Id).Where(order.Contains))) lines.Add($"~ order of columns: {string.Join(", ", to.Fields.Select(f => f.Name))}");
        return lines;
    }

    private static IEnumerable<string> Changes(NestedField before, NestedField after)
    {
        if (before.Name != after.Name) yield return $"renamed from {before.Name}";
        // What stands in a struct, list or map has lines of its own.
        if (before.Type.IsPrimitive && !before.Type.Equals(after.Type)) yield return $"{before.Type} to {after.Type}";
        if (before.IsRequired != after.IsRequired) yield return after.IsRequired ? "made required" : "made optional";
        if (before.Doc != after.Doc) yield return after.Doc is null ? "doc taken away" : $"doc: {after.Doc}";
    }
}
