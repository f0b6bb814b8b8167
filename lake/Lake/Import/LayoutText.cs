using System.Globalization;
using System.Text.RegularExpressions;
using Lake.Evolution;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Import;

/// <summary>Partitions and sort orders as text: <c>day(at), bucket(16, id), shop</c> and <c>shop, hour(at) desc nulls last</c>. Pure.</summary>
public static partial class LayoutText
{
    /// <summary>The spec over a schema's columns.</summary>
    /// <exception cref="ImportException">The text is none, or a transform does not take its column.</exception>
    public static PartitionSpec Partitions(string text, TableSchema schema, TimeProvider clock)
    {
        var update = new PartitionUpdate(MetadataBuilder.NewTable("/", schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, new Dictionary<string, string>(), clock));
        foreach (var part in Parts(text, "partitions"))
        {
            var (column, transform, behind) = Part(part, "partition");
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
            var (column, transform, behind) = Part(part, "sort order");
            var match = Direction().Match(behind);
            if (!match.Success) throw new ImportException($"sort order is '{part}'; behind the column there may be asc or desc, and nulls first or nulls last");
            var sort = new SortColumn(column) { Transform = transform, IsDescending = match.Groups[1].Value.Equals("desc", StringComparison.OrdinalIgnoreCase) };
            if (match.Groups[2].Success) sort = sort with { NullsFirst = match.Groups[2].Value.Equals("first", StringComparison.OrdinalIgnoreCase) };
            Guarded(() => fields.Add(TableEvolution.SortFieldOf(schema, sort)));
        }
        return new SortOrder(1, fields);
    }

    // Commas within parentheses part nothing.
    private static IEnumerable<string> Parts(string text, string what)
    {
        var parts = TopLevelComma().Split(text).Select(p => p.Trim()).ToList();
        return parts.Exists(p => p.Length == 0) ? throw new ImportException($"{what} is '{text}'; it must be columns or transforms of columns, with commas between") : parts;
    }

    private static (string Column, Transform Transform, string Behind) Part(string text, string what)
    {
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
        var isKnown = transform.Kind is not (TransformKind.Unknown or TransformKind.Void);
        return isKnown && column.Length > 0 ? (column, transform, match.Groups["rest"].Value.Trim()) : throw new ImportException($"{what} is '{text}'; transforms are year, month, day, hour, bucket(n, column) and truncate(n, column)");
    }

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

    [GeneratedRegex(@",(?![^(]*\))", RegexOptions.CultureInvariant)]
    private static partial Regex TopLevelComma();

    [GeneratedRegex(@"^(?<name>[A-Za-z]+)\s*\((?<first>[^,()]+)(?:,(?<second>[^,()]+))?\)(?<rest>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Call();

    [GeneratedRegex(@"^(asc|desc)?\s*(?:nulls\s+(first|last))?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Direction();
}
