using System.Text.Json;
using Apache.Arrow;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>A column of structs, from JSON objects; members are found by name.</summary>
/// <param name="field">The column.</param>
/// <param name="path">Its full name.</param>
/// <param name="fields">A builder for each of its fields, in their order.</param>
/// <param name="ignoresUnknown">Whether members that are no field are left out, instead of being a fault.</param>
internal sealed class StructBuilder(NestedField field, string path, IReadOnlyList<ColumnBuilder> fields, bool ignoresUnknown) : ColumnBuilder(field, path)
{
    private readonly JsonMembers _members = new(fields, path, ignoresUnknown);

    protected override string Rule => "a JSON object";

    public override bool TryText(ReadOnlySpan<char> text, out ValueFault fault) => NestedTexts.TryText(this, text, Rule, out fault);

    public override bool TryJson(JsonElement value, out ValueFault fault)
    {
        if (value.ValueKind != JsonValueKind.Object) return Fault(value, out fault);
        if (!_members.TryAdd(value, Count, out fault)) return false;
        Added(isNull: false);
        return true;
    }

    protected override void AddDefault()
    {
        foreach (var inner in fields)
        {
            if (inner.Field.IsRequired) inner.AddUnseen();
            else inner.AddNull();
        }
    }

    protected override void Shorten(int count)
    {
        foreach (var inner in fields) inner.Truncate(count);
    }

    protected override ArrayData Build(Apache.Arrow.Types.IArrowType type, int count, int nulls, ArrowBuffer validity) => new(type, count, nulls, 0, [validity], [.. fields.Select(f => f.Build())]);
}
