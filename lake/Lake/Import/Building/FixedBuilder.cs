// Hot path: every value of fixed width that is imported from text passes here.
using System.Runtime.InteropServices;
using System.Text.Json;
using Apache.Arrow;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>A column of numbers, dates or times.</summary>
internal sealed class FixedBuilder<T, TParser>(NestedField field, string path, TParser parser) : ColumnBuilder(field, path)
    where T : unmanaged
    where TParser : struct, IValueParser<T>
{
    private readonly TParser _parser = parser;
    private T[] _values = new T[256];

    protected override string Rule => _parser.Rule;

    public override bool TryText(ReadOnlySpan<char> text, out ValueFault fault)
    {
        if (!_parser.TryText(text, out var value)) return Fault(text, out fault);
        Add(value);
        Added(isNull: false);
        fault = default;
        return true;
    }

    public override bool TryJson(JsonElement value, out ValueFault fault)
    {
        if (!_parser.TryJson(value, out var parsed)) return Fault(value, out fault);
        Add(parsed);
        Added(isNull: false);
        fault = default;
        return true;
    }

    protected override void AddDefault() => Add(default);

    protected override void Shorten(int count)
    {
    }

    protected override ArrayData Build(Apache.Arrow.Types.IArrowType type, int count, int nulls, ArrowBuffer validity) =>
        new(type, count, nulls, 0, [validity, new ArrowBuffer(MemoryMarshal.AsBytes(_values.AsSpan(0, count)).ToArray())]);

    private void Add(T value)
    {
        if (Count == _values.Length) System.Array.Resize(ref _values, _values.Length * 2);
        _values[Count] = value;
    }
}
