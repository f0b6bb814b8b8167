using Lake.Types;

namespace Lake.Keys;

/// <summary>Where a field stands: the place of its column, then those in the structs on the way. Pure.</summary>
internal static class FieldPath
{
    /// <summary>The places; null where the field is not there, or in a list or map.</summary>
    public static int[]? To(IReadOnlyList<NestedField> fields, int id)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Id == id) return [i];
            if (fields[i].Type is StructType s && To(s.Fields, id) is { } below) return [i, .. below];
        }
        return null;
    }
}
