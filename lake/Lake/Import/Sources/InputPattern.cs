using System.Text;
using System.Text.RegularExpressions;

namespace Lake.Import.Sources;

/// <summary>A location with <c>*</c> and <c>?</c>, which stand for characters of one name, and <c>**</c>, which stands for any folders. Immutable.</summary>
internal sealed class InputPattern
{
    private readonly Regex _regex;

    private InputPattern(string folder, Regex regex) => (Folder, _regex) = (folder, regex);

    /// <summary>The folder that all matches are below.</summary>
    public string Folder { get; }

    public static bool IsPattern(string location) => location.AsSpan().IndexOfAny('*', '?') >= 0;

    public static InputPattern Parse(string pattern)
    {
        var fixedPart = pattern[..pattern.AsSpan().IndexOfAny('*', '?')];
        var slash = fixedPart.LastIndexOf('/');
        if (slash < 0) throw new ImportException($"source is '{pattern}'; it must be an absolute path or a location with its scheme");
        var regex = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/", StringComparison.Ordinal) && (i == 0 || pattern[i - 1] == '/'))
            {
                regex.Append("(?:.*/)?");
                i += 2;
            }
            else if (pattern.AsSpan(i).StartsWith("**", StringComparison.Ordinal))
            {
                regex.Append(".*");
                i++;
            }
            else
            {
                regex.Append(pattern[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }
        return new InputPattern(slash == 0 ? "/" : pattern[..slash], new Regex(regex.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline));
    }

    public bool Matches(string location) => _regex.IsMatch(location);
}
