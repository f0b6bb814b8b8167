using System.Text.Json;
using Apache.Arrow;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>A column of maps, from JSON objects: names are keys, read as texts of the key's type.</summary>
internal sealed class MapBuilder(NestedField field, string path, ColumnBuilder key, ColumnBuilder value) : ColumnBuilder(field, path)
{
    private readonly List<int> _ends = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    protected override string Rule => "a JSON object";

    public override bool TryText(ReadOnlySpan<char> text, out ValueFault fault) => NestedTexts.TryText(this, text, Rule, out fault);

    public override bool TryJson(JsonElement json, out ValueFault fault)
    {
        if (json.ValueKind != JsonValueKind.Object) return Fault(json, out fault);
        _names.Clear();
        foreach (var member in json.EnumerateObject())
        {
            if (!_names.Add(member.Name))
            {
                fault = ValueFault.Twice($"{Path}.{member.Name}", member.Value.GetRawText());
                return false;
            }
            if (!key.TryText(member.Name, out fault)) return false;
            if (member.Value.ValueKind != JsonValueKind.Null)
            {
                if (!value.TryJson(member.Value, out fault)) return false;
            }
            else if (value.Field.IsRequired)
            {
                fault = new ValueFault(value.Path, null, "a value: values are required");
                return false;
            }
            else
            {
                value.AddNull();
            }
        }
        _ends.Add(key.Count);
        Added(isNull: false);
        fault = default;
        return true;
    }

    protected override void AddDefault() => _ends.Add(key.Count);

    protected override void Shorten(int count)
    {
        if (_ends.Count > count) _ends.RemoveRange(count, _ends.Count - count);
        var end = count == 0 ? 0 : _ends[count - 1];
        key.Truncate(end);
        value.Truncate(end);
    }

    protected override ArrayData Build(Apache.Arrow.Types.IArrowType type, int count, int nulls, ArrowBuffer validity)
    {
        var pairs = key.Count;
        ArrayData[] columns = [key.Build(), value.Build()];
        return new ArrayData(type, count, nulls, 0, [validity, Offsets.Of(_ends)], [new ArrayData(((Apache.Arrow.Types.MapType)type).KeyValueType, pairs, 0, 0, [ArrowBuffer.Empty], columns)]);
    }
}
