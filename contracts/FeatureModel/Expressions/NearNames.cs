namespace FeatureModel.Expressions;

/// <summary>Finds the names that a misspelt one may have meant. Pure.</summary>
internal static class NearNames
{
    /// <summary>Names compared at most, and their characters: an error message is not worth more time.</summary>
    private const int MostNames = 2_000, MostCharacters = 64;

    /// <summary>How many are offered.</summary>
    private const int Offered = 3;

    /// <summary><c>; did you mean x?</c>, or nothing where no name is near.</summary>
    public static string Suggest(string wrong, IEnumerable<string> names)
    {
        if (wrong.Length > MostCharacters) return "";
        var allowed = Math.Max(1, wrong.Length / 3);
        var near = names.Take(MostNames).Distinct(StringComparer.Ordinal)
            .Where(n => Math.Abs(n.Length - wrong.Length) <= allowed)
            .Select(n => (Name: n, Distance: Distance(wrong, n)))
            .Where(n => n.Distance <= allowed)
            .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal)
            .Take(Offered).Select(n => n.Name).ToList();
        return near.Count == 0 ? "" : $"; did you mean {string.Join(" or ", near)}?";
    }

    /// <summary>Letters to insert, remove, change or swap with their neighbour; letters that differ in case only count nothing.</summary>
    private static int Distance(string a, string b)
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
