// Hot path: every JSON object that is imported passes here.
using System.Text.Json;

namespace Lake.Import.Building;

/// <summary>Gives the members of JSON objects to the builders of their names. Owned by one thread.</summary>
/// <param name="fields">The builders.</param>
/// <param name="path">Full name of what they stand in; empty for columns.</param>
/// <param name="ignoresUnknown">Whether members that are no field are left out, instead of being a fault.</param>
internal sealed class JsonMembers(IReadOnlyList<ColumnBuilder> fields, string path, bool ignoresUnknown)
{
    private readonly Dictionary<string, ColumnBuilder> _byName = fields.ToDictionary(f => f.Field.Name, StringComparer.Ordinal);

    /// <summary>Adds one value to each builder: the member of its name, or null. After a fault the builders have more or fewer, until they are truncated.</summary>
    public bool TryAdd(JsonElement value, int count, out ValueFault fault)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (!_byName.TryGetValue(member.Name, out var inner))
            {
                if (ignoresUnknown) continue;
                if (member.Name.Length == 0)
                {
                    fault = new ValueFault(path.Length == 0 ? "" : $"{path}.", member.Value.GetRawText(), "a key of one character or more, as a column's name is", "the key is empty");
                    return false;
                }
                fault = path.Length == 0
                    ? new ValueFault(member.Name, member.Value.GetRawText(), "a column of the table")
                    : new ValueFault($"{path}.{member.Name}", member.Value.GetRawText(), "a field of the table: only whole columns can be added by an import, not fields in them");
                return false;
            }
            if (inner.Count > count)
            {
                fault = ValueFault.Twice(inner.Path, member.Value.GetRawText());
                return false;
            }
            if (member.Value.ValueKind != JsonValueKind.Null)
            {
                if (!inner.TryJson(member.Value, out fault)) return false;
            }
            else if (!TryNull(inner, out fault))
            {
                return false;
            }
        }
        foreach (var inner in fields)
        {
            if (inner.Count == count && !TryNull(inner, out fault)) return false;
        }
        fault = default;
        return true;
    }

    private static bool TryNull(ColumnBuilder inner, out ValueFault fault)
    {
        fault = inner.Field.IsRequired ? new ValueFault(inner.Path, null, "a value: the column is required") : default;
        if (!inner.Field.IsRequired) inner.AddNull();
        return !inner.Field.IsRequired;
    }
}
