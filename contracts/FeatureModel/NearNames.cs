namespace FeatureModel;

/// <summary>Finds the names that a misspelt one most likely meant. Pure.</summary>
public static class NearNames
{
    // A longer name is no slip of the hand, and the distance costs the product of both lengths; an error message is not worth more time.
    private const int MaxLength = 100;
    private const int MaxCompared = 2_000;
    private const int MaxNames = 3;

    /// <summary>Up to three names, nearest first, whose spelling differs in at most a third of the letters (case aside).</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known)
    {
        if (name.Length > MaxLength) return [];
        var most = Math.Max(name.Length < 4 ? 1 : 2, name.Length / 3);
        return
        [
            .. known.Take(MaxCompared).Where(k => k.Length <= MaxLength && Math.Abs(k.Length - name.Length) <= most).Distinct(StringComparer.Ordinal)
                .Select(k => (Name: k, Distance: Distance(name, k)))
                .Where(p => p.Distance <= most)
                .OrderBy(p => p.Distance).ThenBy(p => p.Name, StringComparer.Ordinal)
                .Take(MaxNames).Select(p => p.Name),
        ];
    }

    /// <summary>A question that names them, to end a message with; nothing where none is near.</summary>
    public static string Question(string name, IEnumerable<string> known)
    {
        var near = Of(name, known);
        return near.Count == 0 ? "" : $"; did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?";
    }

    /// <summary>The question; where no name is near, the words that are known, if few enough to list.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> known)
    {
        var question = Question(name, known);
        if (question.Length > 0) return question;
        return known.Count is > 0 and <= 20 ? $"; known are {string.Join(", ", known.Order(StringComparer.Ordinal))}" : "";
    }

    /// <summary>Letters to insert, remove, change or swap with their neighbour; letters that differ in case only count nothing.</summary>
    internal static int Distance(string a, string b)
    {
        int[] beforeLast = new int[b.Length + 1], last = new int[b.Length + 1], current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = last[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(changed, Math.Min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last, current) = (last, current, beforeLast);
        }
        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
