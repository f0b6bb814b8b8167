using Apache.Arrow;
using Apache.Arrow.Types;
using FeatureModel.Values;

namespace Lake.PointInTime;

/// <summary>Collects values of one feature that is no list, and makes an Arrow column of them. Used by one thread.</summary>
internal sealed class FeatureColumn(FeatureDataType type)
{
    private readonly List<FeatureValue> _values = [];

    public static IArrowType TypeOf(FeatureDataType type) => type switch
    {
        FeatureDataType.Int32 => Int32Type.Default,
        FeatureDataType.Int64 => Int64Type.Default,
        FeatureDataType.Double => DoubleType.Default,
        FeatureDataType.Float => FloatType.Default,
        FeatureDataType.Bool => BooleanType.Default,
        FeatureDataType.UnixTimestamp => new TimestampType(TimeUnit.Microsecond, "UTC"),
        FeatureDataType.String or FeatureDataType.Json => StringType.Default,
        _ => throw new ArgumentException($"type is {type.Name()}; features that are computed are never of that type", nameof(type)),
    };

    public void Add(FeatureValue value) => _values.Add(value);

    /// <summary>The values so far; it is empty afterwards.</summary>
    public IArrowArray Take()
    {
        var array = type switch
        {
            FeatureDataType.Int32 => Fixed(v => (int)v.AsInt64),
            FeatureDataType.Int64 or FeatureDataType.UnixTimestamp => Fixed(v => v.AsInt64),
            FeatureDataType.Double => Fixed(v => v.AsDouble),
            FeatureDataType.Float => Fixed(v => v.AsFloat),
            FeatureDataType.Bool => Truths(),
            _ => Texts(),
        };
        _values.Clear();
        return array;
    }

    private IArrowArray Fixed<T>(Func<FeatureValue, T> of)
        where T : struct
    {
        var values = new ArrowBuffer.Builder<T>(_values.Count);
        var isThere = new ArrowBuffer.BitmapBuilder(_values.Count);
        foreach (var value in _values)
        {
            isThere.Append(!value.IsNull);
            values.Append(value.IsNull ? default : of(value));
        }
        return ArrowArrayFactory.BuildArray(new ArrayData(TypeOf(type), _values.Count, isThere.UnsetBitCount, 0, [isThere.Build(), values.Build()]));
    }

    private BooleanArray Truths()
    {
        var builder = new BooleanArray.Builder();
        foreach (var value in _values)
        {
            if (value.IsNull) builder.AppendNull();
            else builder.Append(value.AsBool);
        }
        return builder.Build();
    }

    private StringArray Texts()
    {
        var builder = new StringArray.Builder();
        foreach (var value in _values)
        {
            if (value.IsNull) builder.AppendNull();
            else builder.Append(value.AsString);
        }
        return builder.Build();
    }
}
