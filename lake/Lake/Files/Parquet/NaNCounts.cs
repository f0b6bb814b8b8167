using System.Numerics.Tensors;
using Apache.Arrow;
using Lake.Types;

namespace Lake.Files.Parquet;

/// <summary>Counts of NaN of top-level float and double columns (and those in structs), which Parquet's statistics do not have. Owned by one writer.</summary>
internal sealed class NaNCounts(IReadOnlyList<NestedField> fields)
{
    private readonly Dictionary<int, long> _counts = [];

    public IReadOnlyDictionary<int, long> Counts => _counts;

    public void Add(RecordBatch batch)
    {
        for (var i = 0; i < fields.Count; i++) Add(fields[i], batch.Column(i));
    }

    private void Add(NestedField field, IArrowArray array)
    {
        switch (array)
        {
            case FloatArray floats:
                Count(field.Id, floats.Values, floats);
                break;
            case DoubleArray doubles:
                Count(field.Id, doubles.Values, doubles);
                break;
            case StructArray structs:
                for (var i = 0; i < field.Type.Fields.Count; i++) Add(field.Type.Fields[i], structs.Fields[i]);
                break;
        }
    }

    // A vectorised sum is NaN when any value is; only then, or with infinities, values are looked at one by one.
    private void Count<T>(int id, ReadOnlySpan<T> values, Apache.Arrow.Array array)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        var count = 0L;
        if (T.IsNaN(TensorPrimitives.Sum(values)))
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (T.IsNaN(values[i]) && !array.IsNull(i)) count++;
            }
        }
        _counts[id] = _counts.GetValueOrDefault(id) + count;
    }
}
