using System.Globalization;
using System.Text.RegularExpressions;
using Lake.Evolution;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Import;

/// <summary>
/// Partitions and sort orders as text: <c>day(at), bucket(16, id), shop</c> and <c>shop, hour(at) desc nulls last</c>. A column's name may stand in double quotes, where a quote within it is
/// doubled: <c>"Order ID" desc</c>. Pure.
/// </summary>
public static partial class LayoutText
{
    /// <summary>The spec over a schema's columns.</summary>
    /// <exception cref="ImportException">The text is none, or a transform does not take its column.</exception>
    public static PartitionSpec Partitions(string text, TableSchema schema, TimeProvider clock)
    {
        var update = new PartitionUpdate(MetadataBuilder.NewTable("/", schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, new Dictionary<string, string>(), clock));
        foreach (var part in Parts(text, "partitions"))
        {
            var (column, transform, behind) = Part(part, "partition", schema);
            if (behind.Length > 0) throw new ImportException($"partition is '{part}'; it must be a column or transform(column)");
            Guarded(() => update.Add(column, transform));
        }
        return new PartitionSpec(0, [.. update.Fields]);
    }

    /// <summary>The order over a schema's columns.</summary>
    /// <exception cref="ImportException">The text is none, or a transform does not take its column.</exception>
    public static SortOrder Sort(string text, TableSchema schema)
    {
        var fields = new List<SortField>();
        foreach (var part in Parts(text, "sort order"))
        {
            var (column, transform, behind) = Part(part, "sort order", schema);
            var match = Direction().Match(behind);
            if (!match.Success) throw new ImportException($"sort order is '{part}'; behind the column there may be asc or desc, and nulls first or nulls last");
            var sort = new SortColumn(column) { Transform = transform, IsDescending = match.Groups[1].Value.Equals("desc", StringComparison.OrdinalIgnoreCase) };
            if (match.Groups[2].Success) sort = sort with { NullsFirst = match.Groups[2].Value.Equals("first", StringComparison.OrdinalIgnoreCase) };
            Guarded(() => fields.Add(TableEvolution.SortFieldOf(schema, sort)));
        }
        return new SortOrder(1, fields);
    }

    /// <summary>A spec as text, transforms by their names in the format; empty for none.</summary>
    public static string Of(PartitionSpec spec, TableSchema schema) => string.Join(", ", spec.Fields.Select(f => Of(f, schema)));

    /// <summary>A sort order as text; empty for none.</summary>
    public static string Of(SortOrder order, TableSchema schema) => string.Join(", ", order.Fields.Select(f => Of(f, schema)));

    /// <summary>A part of a spec as text.</summary>
    public static string Of(PartitionField field, TableSchema schema) => Call(field.Transform, field.SourceId, schema);

    /// <summary>A part of a sort order as text.</summary>
    public static string Of(SortField field, TableSchema schema) => $"{Call(field.Transform, field.SourceId, schema)} {(field.IsDescending ? "desc" : "asc")} nulls {(field.NullsFirst ? "first" : "last")}";

    private static string Call(Transform transform, int sourceId, TableSchema schema) =>
        string.Create(CultureInfo.InvariantCulture, $"{transform.Name}({schema.FullName(sourceId) ?? $"dropped field {sourceId}"})");

    // Commas within parentheses or quotes part nothing.
    private static List<string> Parts(string text, string what)
    {
        var parts = new List<string>();
        var (depth, isQuoted, start) = (0, false, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth <= 0 && !isQuoted))
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
            else if (text[i] == '"') isQuoted = !isQuoted;
            else if (!isQuoted) depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
        }
        return parts.Exists(p => p.Length == 0) ? throw new ImportException($"{what} is '{text}'; it must be columns or transforms of columns, with commas between") : parts;
    }

    private static (string Column, Transform Transform, string Behind) Part(string text, string what, TableSchema schema)
    {
        if (schema.Find(text) is not null) return (text, Transform.Identity, "");
        if (Quoted().Match(text) is { Success: true } quoted) return (Unquoted(quoted.Groups["name"].Value), Transform.Identity, quoted.Groups["rest"].Value.Trim());
        var match = Call().Match(text);
        if (!match.Success)
        {
            var words = text.Split(' ', 2, StringSplitOptions.TrimEntries);
            return (words[0], Transform.Identity, words.Length > 1 ? words[1] : "");
        }
        var name = match.Groups["name"].Value.ToLowerInvariant();
        var first = match.Groups["first"].Value.Trim();
        var second = match.Groups["second"].Value.Trim();
        // Engines write bucket(16, id) and bucket(id, 16).
        var (number, column) = int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? (first, second) : (second, first);
        var transform = Transform.Parse(number.Length == 0 ? name.TrimEnd('s') : $"{name}[{number}]");
        if (transform.Kind == TransformKind.Unknown || column.Length == 0) throw new ImportException($"{what} is '{text}'; transforms are year, month, day, hour, bucket(n, column), truncate(n, column) and void, n being 1 or more");
        return (Unquoted(column), transform, match.Groups["rest"].Value.Trim());
    }

    private static string Unquoted(string name) => name.Length > 1 && name[0] == '"' && name[^1] == '"' ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;

    private static void Guarded(Action act)
    {
        try
        {
            act();
        }
        catch (TableShapeException e)
        {
            throw new ImportException(e.Message, e);
        }
    }

    [GeneratedRegex(@"^(?<name>""(?:[^""]|"""")+"")(?<rest>\s.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(?<name>[A-Za-z]+)\s*\((?<first>\s*""(?:[^""]|"""")+""\s*|[^,()]+)(?:,(?<second>\s*""(?:[^""]|"""")+""\s*|[^,()]+))?\)(?<rest>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Call();

    [GeneratedRegex(@"^(asc|desc)?\s*(?:nulls\s+(first|last))?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Direction();
}
