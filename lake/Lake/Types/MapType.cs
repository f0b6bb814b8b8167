namespace Lake.Types;

/// <summary>Values under keys; keys are never null. Equal by key and value.</summary>
public sealed class MapType(int keyId, IcebergType key, int valueId, IcebergType value, bool isValueRequired) : IcebergType(TypeKind.Map), IEquatable<MapType>
{
    public NestedField Key { get; } = new(keyId, "key", true, key);

    public NestedField Value { get; } = new(valueId, "value", isValueRequired, value);

    public override IReadOnlyList<NestedField> Fields => [Key, Value];

    public bool Equals(MapType? other) => other is not null && Key == other.Key && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as MapType);

    public override int GetHashCode() => HashCode.Combine(Key, Value);

    public override string ToString() => $"map<{Key.Type}, {Value.Type}>";
}
