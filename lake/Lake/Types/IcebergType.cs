namespace Lake.Types;

/// <summary>A type of the Iceberg specification: a <see cref="PrimitiveType"/>, <see cref="StructType"/>, <see cref="ListType"/> or <see cref="MapType"/>. Immutable.</summary>
public abstract class IcebergType
{
    private protected IcebergType(TypeKind kind) => Kind = kind;

    public TypeKind Kind { get; }

    public bool IsPrimitive => this is PrimitiveType;

    /// <summary>The fields one level down: those of a struct, the element of a list, key and value of a map. Empty for a primitive type.</summary>
    public abstract IReadOnlyList<NestedField> Fields { get; }
}
