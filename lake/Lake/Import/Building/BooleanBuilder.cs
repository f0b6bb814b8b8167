using System.Text.Json;
using Apache.Arrow;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>A column of true and false.</summary>
internal sealed class BooleanBuilder(NestedField field, string path) : ColumnBuilder(field, path)
{
    private byte[] _bits = new byte[64];

    protected override string Rule => "true or false";

    public override bool TryText(ReadOnlySpan<char> text, out ValueFault fault)
    {
        var isTrue = text.Equals("true", StringComparison.OrdinalIgnoreCase);
        return isTrue || text.Equals("false", StringComparison.OrdinalIgnoreCase) ? Add(isTrue, out fault) : Fault(text, out fault);
    }

    public override bool TryJson(JsonElement value, out ValueFault fault) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Add(value.GetBoolean(), out fault) : Fault(value, out fault);

    protected override void AddDefault() => Set(false);

    protected override void Shorten(int count)
    {
    }

    protected override ArrayData Build(Apache.Arrow.Types.IArrowType type, int count, int nulls, ArrowBuffer validity) =>
        new(type, count, nulls, 0, [validity, new ArrowBuffer(_bits.AsSpan(0, (count + 7) / 8).ToArray())]);

    private bool Add(bool value, out ValueFault fault)
    {
        Set(value);
        Added(isNull: false);
        fault = default;
        return true;
    }

    private void Set(bool value)
    {
        if (Count >> 3 >= _bits.Length) System.Array.Resize(ref _bits, _bits.Length * 2);
        var bit = (byte)(1 << (Count & 7));
        if (value) _bits[Count >> 3] |= bit;
        else _bits[Count >> 3] &= (byte)~bit;
    }
}
