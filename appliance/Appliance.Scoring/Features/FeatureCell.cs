// Hot path: one conversion per feature and row.
using System.Text.Json;
using FeatureModel.Values;

namespace Appliance.Scoring.Features;

/// <summary>
/// A feature's value in eight bytes, independent of the tensor's width: the bits of a double for floating-point tensors, the number itself
/// for whole ones and truth values, offset and length of a text.
/// </summary>
internal static class FeatureCell
{
    /// <summary>The default text of a feature stands for the value.</summary>
    public const long DefaultText = -1;

    // Above 2^53 a double no longer tells neighbouring whole numbers apart.
    private const double ExactWholeNumbers = 9007199254740992;

    public static CellOutcome FromDouble(BoundFeature feature, double value, out long cell)
    {
        cell = BitConverter.DoubleToInt64Bits(value);
        if (feature.Type == FeatureType.Double) return feature.Range.Holds(value) ? CellOutcome.Ok : CellOutcome.OutOfRange;
        if (feature.Type != FeatureType.Int64 || value != Math.Floor(value)) return CellOutcome.WrongKind;
        return Math.Abs(value) <= ExactWholeNumbers ? FromInteger(feature, (long)value, out cell) : CellOutcome.OutOfRange;
    }

    public static CellOutcome FromInteger(BoundFeature feature, long value, out long cell)
    {
        cell = value;
        if (feature.Type is not (FeatureType.Double or FeatureType.Int64)) return CellOutcome.WrongKind;
        if (!feature.Datatype.IsFloat()) return feature.Range.Holds(value) ? CellOutcome.Ok : CellOutcome.OutOfRange;
        cell = BitConverter.DoubleToInt64Bits(value);
        return feature.Range.Holds((double)value) ? CellOutcome.Ok : CellOutcome.OutOfRange;
    }

    public static CellOutcome FromBool(BoundFeature feature, bool value, out long cell)
    {
        cell = value ? 1 : 0;
        if (feature.Type != FeatureType.Bool) return CellOutcome.WrongKind;
        if (feature.Datatype.IsFloat()) cell = BitConverter.DoubleToInt64Bits(cell);
        return CellOutcome.Ok;
    }

    /// <summary>No value: NaN for a double, nothing for the other kinds.</summary>
    public static CellOutcome FromNull(BoundFeature feature, out long cell)
    {
        cell = BitConverter.DoubleToInt64Bits(double.NaN);
        return feature.Type == FeatureType.Double ? CellOutcome.Ok : CellOutcome.WrongKind;
    }

    /// <summary>A value of the store or of a feature's definition. A text becomes <see cref="DefaultText"/>.</summary>
    public static CellOutcome FromValue(BoundFeature feature, FeatureValue value, out long cell)
    {
        cell = DefaultText;
        return feature.Type switch
        {
            FeatureType.String => value.Type == FeatureDataType.String ? CellOutcome.Ok : CellOutcome.WrongKind,
            _ when !value.Type.IsNumeric() => CellOutcome.WrongKind,
            FeatureType.Bool => FromBool(feature, value.AsBool, out cell),
            FeatureType.Int64 => FromInteger(feature, value.AsInt64, out cell),
            _ => FromDouble(feature, value.AsDouble, out cell),
        };
    }

    /// <summary>The number or truth value in a cell, as a whole number.</summary>
    public static long IntegerOf(long cell, BoundFeature feature) => feature.Datatype.IsFloat() ? (long)BitConverter.Int64BitsToDouble(cell) : cell;

    /// <summary>A manifest's default, which need not be fast. A text becomes <see cref="DefaultText"/>.</summary>
    public static CellOutcome FromJson(BoundFeature feature, JsonElement value, out long cell)
    {
        cell = DefaultText;
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var whole) => FromInteger(feature, whole, out cell),
            JsonValueKind.Number => FromDouble(feature, value.GetDouble(), out cell),
            JsonValueKind.True or JsonValueKind.False => FromBool(feature, value.GetBoolean(), out cell),
            JsonValueKind.Null => FromNull(feature, out cell),
            JsonValueKind.String when feature.Type == FeatureType.String => CellOutcome.Ok,
            _ => CellOutcome.WrongKind,
        };
    }

    public static long FromText(int offset, int length) => ((long)offset << 32) | (uint)length;

    public static ReadOnlySpan<byte> TextOf(long cell, BoundFeature feature, ReadOnlySpan<byte> texts) =>
        cell == DefaultText ? feature.DefaultText : texts.Slice((int)(cell >> 32), (int)cell);
}
