namespace Lake.Types;

/// <summary>Any number of values of one type. Equal by its element.</summary>
public sealed class ListType(int elementId, IcebergType element, bool isElementRequired) : IcebergType(TypeKind.List), IEquatable<ListType>
{
    public NestedField Element { get; } = new(elementId, "element", isElementRequired, element);

    public override IReadOnlyList<NestedField> Fields => [Element];

    public bool Equals(ListType? other) => other is not null && Element == other.Element;

    public override bool Equals(object? obj) => Equals(obj as ListType);

    public override int GetHashCode() => Element.GetHashCode();

    public override string ToString() => $"list<{Element.Type}>";
}
