namespace Lake.Types;

/// <summary>Named fields side by side. Equal by its fields.</summary>
public sealed class StructType(IReadOnlyList<NestedField> fields) : IcebergType(TypeKind.Struct), IEquatable<StructType>
{
    public override IReadOnlyList<NestedField> Fields { get; } = [.. fields];

    /// <summary>The field of that name, by case; null where there is none.</summary>
    public NestedField? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name) return field;
        }
        return null;
    }

    public bool Equals(StructType? other) => other is not null && Fields.SequenceEqual(other.Fields);

    public override bool Equals(object? obj) => Equals(obj as StructType);

    public override int GetHashCode() => Fields.Count == 0 ? 0 : HashCode.Combine(Fields.Count, Fields[0].Id, Fields[^1].Id);

    public override string ToString() => $"struct<{string.Join(", ", Fields)}>";
}
