using System.Globalization;

namespace Lake.Import;

/// <summary>Decides when an import has too many bad rows. Pure.</summary>
internal sealed class BadRowPolicy(BadRowLimit limit)
{
    /// <summary>Why it stops; null where it goes on.</summary>
    /// <param name="rows">Good rows so far.</param>
    /// <param name="bad">Bad rows so far.</param>
    /// <param name="isEnd">Whether there are no more.</param>
    public string? Decide(long rows, long bad, bool isEnd)
    {
        if (bad > limit.MaxRows) return string.Create(CultureInfo.InvariantCulture, $"{bad} rows of {rows + bad} are bad; at most {limit.MaxRows} may be");
        if (bad == 0 || (!isEnd && rows + bad < limit.ShareFromRows) || bad <= limit.MaxShare * (rows + bad)) return null;
        return string.Create(CultureInfo.InvariantCulture, $"{bad} rows of {rows + bad} are bad; at most a share of {limit.MaxShare} may be");
    }
}
