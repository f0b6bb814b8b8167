namespace FeatureModel.Definitions;

/// <summary>Finds the names that a misspelt one most likely meant. Pure.</summary>
public static class NearNames
{
    // A longer name is no slip of the hand, and the distance costs the product of both lengths.
    private const int MaxLength = 100;
    private const int MaxNames = 3;

    /// <summary>Up to three names, nearest first, whose spelling differs in at most a third of the letters (case aside).</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known)
    {
        if (name.Length > MaxLength) return [];
        var most = Math.Max(2, name.Length / 3);
        return
        [
            .. known.Where(k => k.Length <= MaxLength && Math.Abs(k.Length - name.Length) <= most)
                .Select(k => (Name: k, Distance: Distance(name, k)))
                .Where(p => p.Distance <= most)
                .OrderBy(p => p.Distance).ThenBy(p => p.Name, StringComparer.Ordinal)
                .Take(MaxNames).Select(p => p.Name),
        ];
    }

    /// <summary>A question that names them, to end a message with; where none is near, the words that are known, if few enough to list.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> known)
    {
        var near = Of(name, known);
        if (near.Count > 0) return $"; did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?";
        return known.Count is > 0 and <= 20 ? $"; known are {string.Join(", ", known.Order(StringComparer.Ordinal))}" : "";
    }

    /// <summary>Letters to insert, drop or replace to make one name of the other (Levenshtein), case aside.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(diagonal, row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
