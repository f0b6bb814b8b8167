// Hot path: once per feature and request, once per filter and event.
using FeatureModel.Expressions.Nodes;
using FeatureModel.Values;

namespace FeatureModel.Expressions;

/// <summary>
/// An expression that is checked and ready. Immutable; any number of threads evaluate it. Evaluation allocates nothing but the new texts that
/// lower, upper, trim, concat and to_string make.
/// </summary>
public sealed class CompiledExpression
{
    private readonly string _text;
    private readonly int[] _usedSlots;
    private readonly int _slotCount;

    // By the type of the result exactly one is set, and _number with it where the result counts as a number.
    private readonly Node<long>? _whole;
    private readonly Node<bool>? _truth;
    private readonly Node<string>? _string;
    private readonly Node<double>? _number;

    internal CompiledExpression(string text, FeatureDataType type, Node code, int[] usedSlots)
    {
        _text = text;
        Type = type;
        _usedSlots = usedSlots;
        _slotCount = usedSlots.Length == 0 ? 0 : usedSlots[^1] + 1;
        _whole = code as Node<long>;
        _truth = code as Node<bool>;
        _string = code as Node<string>;
        _number = _whole is not null ? new Unary<WholeToNumber, long, double>(_whole)
            : _truth is not null ? new Unary<TruthToNumber, bool, double>(_truth)
            : code as Node<double>;
    }

    /// <summary>Of the value, where it is not null.</summary>
    public FeatureDataType Type { get; }

    /// <summary>The slots whose values count, ascending. The others may hold anything.</summary>
    public ReadOnlySpan<int> UsedSlots => _usedSlots;

    /// <summary>The value over the inputs' values, each in its slot with the type that the scope declared, or null.</summary>
    public FeatureValue Evaluate(ReadOnlySpan<FeatureValue> slots)
    {
        CheckLength(slots);
        switch (Type)
        {
            case FeatureDataType.Double: return _number!.TryGet(slots, out var number) ? FeatureValue.Of(number) : FeatureValue.Null;
            case FeatureDataType.Float: return _number!.TryGet(slots, out var wide) ? FeatureValue.Of((float)wide) : FeatureValue.Null;
            case FeatureDataType.Int64: return _whole!.TryGet(slots, out var whole) ? FeatureValue.Of(whole) : FeatureValue.Null;
            case FeatureDataType.Int32: return _whole!.TryGet(slots, out var narrow) ? FeatureValue.Of((int)narrow) : FeatureValue.Null;
            case FeatureDataType.UnixTimestamp: return _whole!.TryGet(slots, out var time) ? FeatureValue.OfTimestamp(time) : FeatureValue.Null;
            case FeatureDataType.Bool: return _truth!.TryGet(slots, out var truth) ? FeatureValue.Of(truth) : FeatureValue.Null;
            default: return _string!.TryGet(slots, out var text) ? FeatureValue.Of(text) : FeatureValue.Null;
        }
    }

    /// <summary>The value as a tensor takes it, without a detour; false for null. Not for an expression whose type is string.</summary>
    public bool TryEvaluateNumber(ReadOnlySpan<FeatureValue> slots, out double value)
    {
        CheckLength(slots);
        return (_number ?? throw new InvalidOperationException($"{_text} is a string, not a number.")).TryGet(slots, out value);
    }

    /// <summary>Whether a filter lets the inputs pass: null counts as false.</summary>
    public bool IsTrue(ReadOnlySpan<FeatureValue> slots)
    {
        CheckLength(slots);
        return (_truth ?? throw new InvalidOperationException($"{_text} is {Type.Name()}, not a condition.")).TryGet(slots, out var value) && value;
    }

    /// <summary>The normal form: equal for expressions that differ in spacing, needless parentheses and the spelling of values only.</summary>
    public override string ToString() => _text;

    private void CheckLength(ReadOnlySpan<FeatureValue> slots)
    {
        if (slots.Length < _slotCount) throw new ArgumentException($"{_text} reads slot {_slotCount - 1}, and {slots.Length} are given.", nameof(slots));
    }
}
