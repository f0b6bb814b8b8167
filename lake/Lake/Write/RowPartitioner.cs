// Hot path: every row that is written to a partitioned table passes here.
using System.Runtime.InteropServices;
using Apache.Arrow;
using Lake.Columns;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Partitioning;
using Lake.Types;

namespace Lake.Write;

/// <summary>Splits batches of a table's rows by partition. Used by one thread.</summary>
internal sealed class RowPartitioner
{
    private readonly (Transform Transform, PrimitiveType Type, int[] Path)[] _fields;

    public RowPartitioner(PartitionSpec spec, TableSchema schema)
    {
        _fields = new (Transform, PrimitiveType, int[])[spec.Fields.Count];
        for (var i = 0; i < _fields.Length; i++)
        {
            var field = spec.Fields[i];
            // A dropped column's part is void: null of every row.
            var source = schema.Find(field.SourceId);
            if (source is null && field.Transform.Kind != TransformKind.Void) throw new LakeFormatException($"partition field '{field.Name}' is of field id {field.SourceId}; the schema has no such field");
            _fields[i] = (field.Transform, source?.Type as PrimitiveType ?? PrimitiveType.Unknown, source is null ? [] : Keys.FieldPath.To(schema.Fields, field.SourceId)!);
        }
    }

    /// <summary>Each partition of the rows and their places; null for all rows in their order.</summary>
    public IEnumerable<(PartitionTuple Partition, int[]? Rows)> Split(RecordBatch batch)
    {
        if (_fields.Length == 0) return [(PartitionTuple.Empty, null)];
        if (batch.Length == 0) return [];
        // Each column's distinct results are numbered, so that rows are compared by small numbers.
        var numbers = new int[batch.Length];
        var tuples = new List<object?[]> { System.Array.Empty<object?>() };
        foreach (var field in _fields) tuples = Refine(batch, field, numbers, tuples);
        var rows = new List<int>[tuples.Count];
        for (var i = 0; i < numbers.Length; i++) (rows[numbers[i]] ??= []).Add(i);
        if (tuples.Count == 1) return [(new PartitionTuple(tuples[0]), null)];
        return tuples.Select((t, i) => (new PartitionTuple(t), (int[]?)[.. CollectionsMarshal.AsSpan(rows[i])])).ToList();
    }

    private static List<object?[]> Refine(RecordBatch batch, (Transform Transform, PrimitiveType Type, int[] Path) field, int[] numbers, List<object?[]> tuples)
    {
        var refined = new List<object?[]>();
        var known = new Dictionary<(int Before, object Value), int>(new ValueComparer());
        object? lastValue = null, lastResult = null;
        var isFirst = true;
        for (var row = 0; row < numbers.Length; row++)
        {
            var value = field.Transform.Kind == TransformKind.Void ? null : Value(batch, field.Type, field.Path, row);
            // Neighbours are often the same.
            if (isFirst || !Equals(value, lastValue)) lastResult = TransformFunction.Apply(field.Transform, field.Type, value);
            (lastValue, isFirst) = (value, false);
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(known, (numbers[row], lastResult ?? Null), out var exists);
            if (!exists)
            {
                number = refined.Count;
                refined.Add([.. tuples[numbers[row]], lastResult]);
            }
            numbers[row] = number;
        }
        return refined;
    }

    private static readonly object Null = new();

    private static object? Value(RecordBatch batch, PrimitiveType type, int[] path, int row)
    {
        IArrowArray array = batch.Column(path[0]);
        foreach (var step in path.AsSpan(1))
        {
            if (array.IsNull(row)) return null;
            array = ((StructArray)array).Fields[step];
        }
        return ArrowValue.Get(array, type, row);
    }

    private sealed class ValueComparer : IEqualityComparer<(int Before, object Value)>
    {
        public bool Equals((int Before, object Value) x, (int Before, object Value) y) =>
            x.Before == y.Before && (x.Value is byte[] a && y.Value is byte[] b ? a.AsSpan().SequenceEqual(b) : x.Value.Equals(y.Value));

        public int GetHashCode((int Before, object Value) obj)
        {
            var hash = default(HashCode);
            hash.Add(obj.Before);
            if (obj.Value is byte[] bytes) hash.AddBytes(bytes);
            else hash.Add(obj.Value);
            return hash.ToHashCode();
        }
    }
}
