using FeatureModel.Definitions;

namespace FeatureModel.PointInTime;

/// <summary>Finds, by their names, what definitions need in a history that other definitions may have read. Pure.</summary>
internal static class HeldColumns
{
    /// <summary>The column's position; -1 where there is none.</summary>
    public static int Find(IReadOnlyList<FieldDefinition> columns, string? name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == name) return i;
        }
        return -1;
    }

    /// <summary>Whether the history has the column in the type that the definitions have it in.</summary>
    public static bool HasAlike(IReadOnlyList<FieldDefinition> held, IReadOnlyList<FieldDefinition> defined, string name) =>
        Find(held, name) is >= 0 and var at && held[at].Type == defined[Find(defined, name)].Type;
}
