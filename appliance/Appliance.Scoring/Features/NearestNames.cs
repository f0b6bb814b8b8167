namespace Appliance.Scoring.Features;

/// <summary>Finds the feature names that a misspelt one most likely meant. Pure.</summary>
internal static class NearestNames
{
    // A longer name is no slip of the hand, and the distance costs the product of both lengths.
    private const int MaxLength = 100;
    private const int MaxNames = 3;

    /// <summary>Up to three names, nearest first, whose spelling differs in at most a third of the letters (case aside).</summary>
    public static IReadOnlyList<string> Of(string name, BoundFeature[] features)
    {
        if (name.Length > MaxLength) return [];
        var most = Math.Max(2, name.Length / 3);
        return
        [
            .. features.Where(f => Math.Abs(f.Name.Length - name.Length) <= most && f.Name.Length <= MaxLength)
                .Select(f => (f.Name, Distance: Distance(name, f.Name)))
                .Where(p => p.Distance <= most)
                .OrderBy(p => p.Distance).ThenBy(p => p.Name, StringComparer.Ordinal)
                .Take(MaxNames).Select(p => p.Name),
        ];
    }

    /// <summary>Letters to insert, drop or replace to make one name of the other (Levenshtein), case aside.</summary>
    internal static int Distance(string a, string b)
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
