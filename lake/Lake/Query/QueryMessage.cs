using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lake.Query;

/// <summary>What the engine says of a query, in the words of who asked: tables under the names that the query has for them, in the place of the views that stand for them. Pure.</summary>
internal static partial class QueryMessage
{
    /// <summary>Names the view of a table, by the table's place among those of the query.</summary>
    public static string View(int place) => string.Create(CultureInfo.InvariantCulture, $"lake_{place}");

    /// <param name="message">The engine's.</param>
    /// <param name="tables">The names of the tables, by their places.</param>
    public static string Of(string message, IReadOnlyList<string> tables)
    {
        var told = new StringBuilder();
        var lines = message.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) told.Append('\n');
            var shift = 0;
            // The line below one of the query has the place in it that is meant.
            var caret = i + 1 < lines.Length && lines[i].StartsWith("LINE ", StringComparison.Ordinal) && lines[i + 1].AsSpan().Trim() is "^" ? lines[i + 1].IndexOf('^', StringComparison.Ordinal) : -1;
            told.Append(ViewName().Replace(lines[i], match =>
            {
                if (!match.Groups[1].Success) return "";
                if (!int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var place) || place >= tables.Count) return match.Value;
                if (match.Index < caret) shift += tables[place].Length - match.Length;
                return tables[place];
            }));
            if (caret >= 0) told.Append('\n').Append(' ', Math.Max(0, caret + shift)).Append('^').Append(lines[++i].AsSpan(caret + 1));
        }
        return told.ToString();
    }

    // Of a long line the engine shows a part, which may begin or end in a view's name.
    [GeneratedRegex(@"(?:\bmemory\.)?(?:\bmain\.)?\blake_(\d+)\b|\bmemory(?:\.main)?\.?(?=\.\.\.$)", RegexOptions.CultureInvariant)]
    private static partial Regex ViewName();
}
