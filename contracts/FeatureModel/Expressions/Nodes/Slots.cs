// Hot path.
using System.Diagnostics.CodeAnalysis;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

/// <summary>Reads an input that is a whole number, a truth value or a time, in its 64 bits.</summary>
internal sealed class WholeSlot(ExpressionInput input, FeatureDataType alternative) : Node<long>
{
    private readonly FeatureDataType _type = input.Type;

    public ExpressionInput Input => input;

    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out long value)
    {
        ref readonly var slot = ref slots[input.Slot];
        value = slot.AsInt64;
        if (slot.Type == _type) return true;
        // An int32 may come as an int64 and the other way round: both hold their value in the same bits.
        return !slot.IsNull && (slot.Type == alternative || SlotType.Fail(input, slot.Type));
    }
}

/// <summary>Reads an input that is a number as a double.</summary>
internal sealed class NumberSlot(ExpressionInput input) : Node<double>
{
    private readonly int _slot = input.Slot;

    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out double value)
    {
        ref readonly var slot = ref slots[_slot];
        if (slot.Type == FeatureDataType.Double)
        {
            value = BitConverter.Int64BitsToDouble(slot.AsInt64);
            return true;
        }
        if (slot.Type is FeatureDataType.Int64 or FeatureDataType.Int32)
        {
            value = slot.AsInt64;
            return true;
        }
        value = slot.AsDouble;
        return !slot.IsNull && (slot.Type == FeatureDataType.Float || SlotType.Fail(input, slot.Type));
    }
}

/// <summary>Reads a truth value.</summary>
internal sealed class TruthSlot(ExpressionInput input) : Node<bool>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        ref readonly var slot = ref slots[input.Slot];
        value = slot.AsBool;
        return slot.Type == FeatureDataType.Bool || (!slot.IsNull && SlotType.Fail(input, slot.Type));
    }
}

/// <summary>Reads a text.</summary>
internal sealed class TextSlot(ExpressionInput input) : Node<string>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out string value)
    {
        ref readonly var slot = ref slots[input.Slot];
        value = null;
        if (slot.Type != FeatureDataType.String) return !slot.IsNull && SlotType.Fail(input, slot.Type);
        value = slot.AsString;
        return true;
    }
}

/// <summary>Reads a list as its array.</summary>
internal sealed class ListSlot(ExpressionInput input) : Node<Array>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out Array value)
    {
        ref readonly var slot = ref slots[input.Slot];
        value = null;
        if (slot.Type != input.Type) return !slot.IsNull && SlotType.Fail(input, slot.Type);
        value = slot.AsList;
        return true;
    }
}

/// <summary>What a caller is told who fills a slot with a value of another type than the scope declared.</summary>
internal static class SlotType
{
    public static bool Fail(ExpressionInput input, FeatureDataType given) =>
        throw new ArgumentException($"Slot {input.Slot} ({input}) holds a value of type {given.Name()}; the scope says {input.Type.Name()}.", "slots");
}
