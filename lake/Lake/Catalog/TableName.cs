using System.Text.RegularExpressions;

namespace Lake.Catalog;

/// <summary>A table's name in a catalog: a namespace of one or more levels, and a name. Immutable.</summary>
public sealed partial record TableName
{
    private TableName(string ns, string name) => (Namespace, Name) = (ns, name);

    /// <summary>Levels joined by dots.</summary>
    public string Namespace { get; }

    public string Name { get; }

    /// <summary>Reads <c>namespace.table</c>; each part of letters, digits, <c>_</c> and <c>-</c>, as names of folders and in SQL.</summary>
    public static bool TryParse(string text, out TableName name)
    {
        var match = Pattern().Match(text);
        name = match.Success ? new TableName(match.Groups[1].Value, match.Groups[2].Value) : null!;
        return match.Success;
    }

    /// <exception cref="ArgumentException">It is no such name.</exception>
    public static TableName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new ArgumentException($"table is '{text}'; it must be namespace.table, each part of 1 to 128 letters, digits, _ and -", nameof(text));

    public override string ToString() => $"{Namespace}.{Name}";

    [GeneratedRegex(@"^((?:[\p{L}\p{Nd}_][\p{L}\p{Nd}_-]{0,127}\.)*[\p{L}\p{Nd}_][\p{L}\p{Nd}_-]{0,127})\.([\p{L}\p{Nd}_][\p{L}\p{Nd}_-]{0,127})$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
