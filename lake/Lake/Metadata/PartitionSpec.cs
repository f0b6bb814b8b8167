using Lake.Types;

namespace Lake.Metadata;

/// <summary>How rows are laid into partitions: in this order, one field a part. Immutable.</summary>
/// <param name="SpecId">Its number among the table's specs.</param>
/// <param name="Fields">The parts; none for a table in one piece.</param>
public sealed record PartitionSpec(int SpecId, IReadOnlyList<PartitionField> Fields)
{
    /// <summary>Partition field ids start here.</summary>
    public const int FirstFieldId = 1000;

    public static readonly PartitionSpec Unpartitioned = new(0, []);

    public bool IsUnpartitioned => Fields.All(f => f.Transform.Kind == TransformKind.Void);

    public int HighestFieldId => Fields.Count == 0 ? FirstFieldId - 1 : Fields.Max(f => f.FieldId);

    /// <summary>The struct of a partition tuple; the columns are those of a schema that has them (one that was dropped since is an unknown one).</summary>
    public StructType PartitionType(TableSchema schema) =>
        new([.. Fields.Select(f => NestedField.Optional(f.FieldId, f.Name, ResultType(f, schema)))]);

    /// <summary>Whether both lay rows alike under the same ids, whatever their numbers.</summary>
    public bool SameShape(PartitionSpec other) => Fields.SequenceEqual(other.Fields);

    private static IcebergType ResultType(PartitionField field, TableSchema schema) =>
        schema.Find(field.SourceId)?.Type is PrimitiveType source ? field.Transform.ResultType(source) : PrimitiveType.Unknown;
}
