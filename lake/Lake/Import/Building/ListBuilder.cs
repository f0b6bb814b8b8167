using System.Runtime.InteropServices;
using System.Text.Json;
using Apache.Arrow;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>A column of lists, from JSON arrays.</summary>
internal sealed class ListBuilder(NestedField field, string path, ColumnBuilder element) : ColumnBuilder(field, path)
{
    // Where each list ends; the first begins at 0.
    private readonly List<int> _ends = [];

    protected override string Rule => "a JSON array";

    public override bool TryText(ReadOnlySpan<char> text, out ValueFault fault) => NestedTexts.TryText(this, text, Rule, out fault);

    public override bool TryJson(JsonElement value, out ValueFault fault)
    {
        if (value.ValueKind != JsonValueKind.Array) return Fault(value, out fault);
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Null)
            {
                if (!element.TryJson(item, out fault)) return false;
            }
            else if (element.Field.IsRequired)
            {
                fault = new ValueFault(element.Path, null, "a value: elements are required");
                return false;
            }
            else
            {
                element.AddNull();
            }
        }
        _ends.Add(element.Count);
        Added(isNull: false);
        fault = default;
        return true;
    }

    protected override void AddDefault() => _ends.Add(element.Count);

    protected override void Shorten(int count)
    {
        if (_ends.Count > count) _ends.RemoveRange(count, _ends.Count - count);
        element.Truncate(count == 0 ? 0 : _ends[count - 1]);
    }

    protected override ArrayData Build(Apache.Arrow.Types.IArrowType type, int count, int nulls, ArrowBuffer validity) =>
        new(type, count, nulls, 0, [validity, Offsets.Of(_ends)], [element.Build()]);
}
